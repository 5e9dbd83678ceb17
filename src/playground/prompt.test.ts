import { describe, expect, it } from 'vitest';
import { Tty } from '../machines/terminal/tty.ts';
import { Session } from './session.ts';

/** A terminal on the laptop: what is typed, key by key, and what is on it afterwards, without its colours. */
class Desk {
  readonly session = new Session();
  private readonly tty: Tty;
  private text = '';

  private constructor() {
    this.tty = new Tty(200, 50, (text) => {
      this.text += text;
    });
  }

  static async open(): Promise<Desk> {
    const desk = new Desk();
    await desk.session.ready();
    const { tty } = desk;
    desk.session.laptop.start({
      argv: ['bash'],
      stdin: tty.input,
      stdout: tty.output,
      stderr: tty.output,
      terminal: tty,
    });
    await desk.settle(500);
    return desk;
  }

  /** What the keys brought onto the screen. */
  async type(keys: string, milliseconds = 3000): Promise<string> {
    this.text = '';
    this.tty.feed(keys);
    await this.settle(milliseconds);
    return this.text;
  }

  /** What a line printed: without the line itself and the prompt behind it. */
  async line(text: string): Promise<string> {
    const shown = (await this.type(`${text}\r`)).replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
    return shown.slice(shown.indexOf('\n') + 1).replace(/[^\n]*\$ $/, '');
  }

  private async settle(milliseconds: number): Promise<void> {
    const { sim } = this.session;
    const limit = sim.now() + milliseconds;
    for (let step = 0; step < 400_000; step++) {
      if (sim.held) await new Promise((resolve) => setTimeout(resolve, 0));
      else if ((sim.nextAt() ?? Number.POSITIVE_INFINITY) > limit) return;
      else sim.step();
    }
  }
}

describe('the prompt', () => {
  it('has earlier lines again, as bash 5.2 does', async () => {
    const desk = await Desk.open();
    const told: readonly (readonly [string, string])[] = [
      ['echo one two three', 'one two three\n'],
      ['echo !!', 'echo echo one two three\necho one two three\n'],
      ['echo !$', 'echo three\nthree\n'],
      ['ls /nope/a.txt', "ls: cannot access '/nope/a.txt': No such file or directory\n"],
      ['echo !$:h !$:t', 'echo /nope a.txt\n/nope a.txt\n'],
      ['echo a b c d', 'a b c d\n'],
      ['echo !:2 !:2-3 !^', 'echo b b c a\nb b c a\n'],
      ['echo !*', 'echo b b c a\nb b c a\n'],
      ['!ec', 'echo b b c a\nb b c a\n'],
      ['!nosuch', 'bash: !nosuch: event not found\n'],
      [`echo "hi!" 'no !!' \\!x`, 'hi! no !! !x\n'],
      ['^hi^ho', `echo "ho!" 'no !!' \\!x\nho! no !! !x\n`],
      ['!-2', `echo "hi!" 'no !!' \\!x\nhi! no !! !x\n`],
      ['!?three?', 'echo three\nthree\n'],
      ['echo x !!:p', 'echo x echo three\n'],
      ['[[ a != b ]] && echo $!', '\n'],
    ];
    for (const [line, output] of told) expect(await desk.line(line), line).toBe(output);
  });

  it('searches earlier lines with Ctrl-R', async () => {
    const desk = await Desk.open();
    await desk.line('echo alpha');
    await desk.line('echo beta');
    expect(await desk.type('\u0012alp')).toContain('echo alpha');
    expect(await desk.line('')).toBe('alpha\n');
  });

  it('tells of jobs by their commands', async () => {
    const desk = await Desk.open();
    expect(await desk.line('sleep 100 &')).toMatch(/^\[1\] \d+\n$/);
    expect(await desk.line('sleep 200 | cat &')).toMatch(/^\[2\] \d+\n$/);
    expect(await desk.line('jobs')).toBe(
      '[1]-  Running                 sleep 100 &\n[2]+  Running                 sleep 200 | cat &\n',
    );
    expect(await desk.line('kill %1')).toBe('[1]   Terminated              sleep 100\n'.replace('[1] ', '[1]-'));
    await desk.line('kill %sleep');
    expect(await desk.line('sleep 0.1 & wait; true')).toMatch(/^\[1\] \d+\n/);
    expect(await desk.line('(sleep 0.1; exit 3) &')).toMatch(/^\[1\] \d+\n$/);
    await desk.session.script('sleep 1');
    expect(await desk.line('true')).toContain('Exit 3                  (sleep 0.1; exit 3)');
  });

  it('takes what a course tells to put into .bashrc, and completes the alias like kubectl', async () => {
    const desk = await Desk.open();
    for (const line of [
      'alias k=kubectl',
      'export do="--dry-run=client -o yaml"',
      'source <(kubectl completion bash)',
      'complete -o default -F __start_kubectl k',
    ])
      expect(await desk.line(line), line).toBe('');
    expect(await desk.line('k run x --image=nginx $do > pod.yaml')).toBe('');
    expect(await desk.line('grep -c image: pod.yaml')).toBe('1\n');
    expect(await desk.type('k descr\t')).toContain('describe ');
    await desk.type('\u0003');
    await desk.line("alias kgp='kubectl get pods -A | head -1'");
    expect(await desk.line('kgp')).toMatch(/^NAMESPACE +NAME/);
    expect(await desk.type('kubectl get po\t')).toContain('kubectl get pod');
  });

  it('obeys Ctrl-C in a loop without end, and goes on with the next line', async () => {
    const desk = await Desk.open();
    for (const line of ['while true; do :; done', 'f() { while :; do sleep 1; done; }; f', 'yes > /dev/null', 'cat']) {
      await desk.type(`${line}\r`, 200);
      await desk.type('\u0003', 200);
      expect(await desk.line('echo "$? here"'), line).toBe('130 here\n');
    }
  });

  it('leaves the line behind an expansion that fails', async () => {
    const desk = await Desk.open();
    expect(await desk.line('echo $((1/0)); echo next')).toBe('bash: 1/0: division by 0 (error token is "0")\n');
    expect(await desk.line('echo $?')).toBe('1\n');
  });
});
