import { describe, expect, it } from 'vitest';
import { Session } from './session.ts';

const session = new Session();
/** Real milliseconds that one of these may hold the thread in all. */
const BOUND = 8_000;

/** Runs a script and presses Ctrl-C after half a virtual second. */
async function run(script: string, limit = 500): Promise<{ output: string; status: number }> {
  await session.ready();
  const began = performance.now();
  const ran = await session.script(script, { limit });
  expect(performance.now() - began, script).toBeLessThan(BOUND);
  // Nothing of it stays, and the shell still works.
  expect((await session.script('echo alive', { limit: 2_000 })).output).toBe('alive\n');
  return ran;
}

const INTERRUPTED = [130, 137];

describe('input that real machines suffer from', () => {
  it.each([
    'while true; do :; done',
    'until false; do true; done',
    'for ((;;)); do :; done',
    'yes > /dev/null',
    'while read l; do :; done < /dev/zero',
    'mapfile l < /dev/zero',
    "awk 'BEGIN { while (1); }'",
    "sed ':a; ba' <<< x",
    'f() { while :; do sleep 1; done; }; f',
  ])('obeys Ctrl-C: %s', async (script) => {
    expect(INTERRUPTED).toContain((await run(script)).status);
  });

  it.each([
    ['yes | head -1', 'y\n'],
    ['cat /dev/zero | head -c 3 | wc -c', '3\n'],
    ['head -c 4 /dev/urandom | wc -c', '4\n'],
    ['tr -dc a-z < /dev/urandom | head -c 6 | wc -c', '6\n'],
    ['seq 1 1000000000 | head -1', '1\n'],
    ['printf %1000000000s x | wc -c', '1000000\n'],
    ["echo 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | grep -cE '^(a+)+$'; true", '0\n'],
    ["echo 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | sed -E 's/^(a+)+$/x/' | wc -c", '42\n'],
    ["echo 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | awk '/^(a+)+$/ {n++} END {print n+0}'", '0\n'],
    ['[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! =~ ^(a+)+$ ]]; echo $?', '1\n'],
    ['case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab in *a*a*a*a*a*a*a*a*a*a*a*c) echo y;; *) echo n;; esac', 'n\n'],
    ["v=$(printf 'a%.0s' {1..3000}); echo ${v//*a*a*a*a*b/x} | wc -c", '3001\n'],
    ['v=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab; echo ${v//+(+(a))c/x}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n'],
    ['a=(); a[1000000000]=x; echo ${#a[@]}', '1\n'],
  ])('is no harder than it is: %s', async (script, output) => {
    expect(await run(script)).toEqual({ output, status: 0 });
  });

  it.each([
    ['f() { f; }; f', 'bash: maximum function nesting level exceeded\n'],
    ['f() { (f); }; f', 'bash: fork: retry: Resource temporarily unavailable\n'],
    ['echo {1..100000000}', 'bash: brace expansion: too many words\n'],
    ['echo {1..10000}{1..10000}', 'bash: brace expansion: too many words\n'],
    ['x=$(yes)', 'bash: command substitution: cannot allocate memory\n'],
    ['x=x; while true; do x=$x$x; done', 'bash: xrealloc: cannot allocate memory\n'],
    ['sort < /dev/zero', 'sort: memory exhausted\n'],
    ['awk \'BEGIN { x = "a"; while (1) x = x x }\'', 'awk: memory exhausted\n'],
    ["jq -n '[range(1e9)]'", 'jq: error (at <unknown>): cannot allocate memory\n'],
    ["jq -n 'def f: f; f'", 'jq: error (at <unknown>): Maximum call depth exceeded\n'],
    ['a=a; echo $((a))', 'bash: a: expression recursion level exceeded\n'],
    ['seq 1 0 3', "seq: invalid Zero increment value: ‘0’\nTry 'seq --help' for more information.\n"],
  ])('says what is wrong: %s', async (script, output) => {
    const ran = await run(script);
    expect(ran.output).toBe(output);
    expect(ran.status).not.toBe(0);
  });

  it('ends a fork bomb at the limit of processes', async () => {
    await run(':(){ :|:& };:');
    expect((await session.script('ls > /dev/null && echo works', { limit: 2_000 })).output).toBe('works\n');
  });

  it('refuses a file system that is full', async () => {
    expect((await run('yes > big', 5_000)).output).toContain('No space left on device');
    expect((await run('rm big; echo $?')).output).toBe('0\n');
  });
});

describe('manifests that are no manifests', () => {
  it.each([
    ['kind: [', /^error: error parsing m.yaml: error converting YAML to JSON: yaml: line 1: did not find/],
    ['a: &a [x]\nb: *c', /unknown anchor 'c' referenced/],
    ['kind: Pod\n\tname: x', /found character that cannot start any token|found a tab character/],
    ['just words', /error/i],
  ])('%j', async (text, words) => {
    const { output, status } = await run(`cat > m.yaml <<'EOF'\n${text}\nEOF\nkubectl apply -f m.yaml`);
    expect(output).toMatch(words);
    expect(status).toBe(1);
  });

  it('an alias bomb is not unfolded', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 12; at++) {
      const [now, before] = ['abcdefghijkl'.charAt(at), 'abcdefghijkl'.charAt(at - 1)];
      lines.push(`${now}: &${now} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    const { output, status } = await run(
      `cat > bomb.yaml <<'EOF'\n${lines.join('\n')}\nEOF\nkubectl apply -f bomb.yaml`,
    );
    expect(output).toContain('excessive aliasing');
    expect(status).toBe(1);
  });

  it('10 MB of YAML are read or refused in bounded time', async () => {
    session.laptop.fs.write(
      '/home/learner/long.yaml',
      `kind: ConfigMap\napiVersion: v1\nmetadata: {name: long}\ndata:\n  x: |\n${'    some text that goes on\n'.repeat(400_000)}`,
    );
    const { output, status } = await run('kubectl apply -f long.yaml');
    expect(output).toMatch(/error|too large|Too long/i);
    expect(status).toBe(1);
    session.laptop.fs.remove('/home/learner/long.yaml');
  });

  it('takes a million replicas as a number, and refuses what is none', async () => {
    expect((await run('kubectl create deployment many --image=nginx --replicas=1000000')).output).toBe(
      'deployment.apps/many created\n',
    );
    expect((await run('kubectl delete deployment many --wait=false')).status).toBe(0);
    expect((await run('kubectl create deployment x --image=nginx --replicas=99999999999')).status).toBe(1);
  });
});
