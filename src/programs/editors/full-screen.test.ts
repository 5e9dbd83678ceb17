import { describe, expect, it } from 'vitest';
import { Pipe } from '../../machines/streams.ts';
import { Tty } from '../../machines/terminal/tty.ts';
import { Desk } from '../testing/desk.ts';

/** Runs a program on a terminal of 40 columns and 8 rows, types, and gives what the screen said last. */
async function onTerminal(
  argv: readonly string[],
  keys: readonly string[],
  files: Readonly<Record<string, string>>,
  piped?: string,
) {
  const desk = new Desk();
  const { sim } = desk.lab;
  const computer = desk.machine(desk.lab.network.laptop, { files });
  const screens: string[] = [];
  const tty = new Tty(40, 8, (text) => screens.push(text));
  const pipe = new Pipe();
  if (piped !== undefined) {
    pipe.push(piped);
    pipe.end();
  }
  const process = computer.start({
    argv,
    cwd: '/root',
    stdin: piped === undefined ? tty.input : pipe.input,
    stdout: tty.output,
    stderr: tty.output,
    terminal: tty,
  });
  const settle = async () => {
    const limit = sim.now() + 300;
    while (process.alive) {
      if (sim.held) await new Promise((resolve) => setTimeout(resolve, 0));
      else if ((sim.nextAt() ?? Number.POSITIVE_INFINITY) > limit) break;
      else sim.step();
    }
  };
  await settle();
  const seen = () =>
    screens
      .filter((each) => each.includes('\u001b[H'))
      .at(-1)
      ?.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      .split('\r\n') ?? [];
  const shots = [seen()];
  for (const each of keys) {
    tty.feed(each);
    await settle();
    shots.push(seen());
  }
  return { status: process.exitCode, fs: computer.fs, shots, out: screens.join('') };
}

const LINES = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);

describe('full-screen programs', () => {
  it('vi shows a file, edits and writes it, and gives the terminal back', async () => {
    const { shots, status, fs, out } = await onTerminal(['vi', 'pod.yaml'], ['A', ' two', '\u001b', ':wq\r'], {
      '/root/pod.yaml': 'one\n',
    });
    expect(shots[0]?.slice(0, 2)).toEqual(['one', '~']);
    expect(shots[0]?.at(-1)).toContain('"pod.yaml" 1L, 4B');
    expect(shots[2]?.[0]).toBe('one two');
    expect(shots[2]?.at(-1)).toContain('-- INSERT --');
    expect(status).toBe(0);
    expect(fs.read('/root/pod.yaml')).toBe('one two\n');
    expect(out.endsWith('\u001b[?1049l')).toBe(true);
  });

  it('vi keeps unsaved changes unless it is told', async () => {
    const kept = await onTerminal(['vi', 'a'], ['x', ':q\r'], { '/root/a': 'abc\n' });
    expect(kept.status).toBeUndefined();
    expect(kept.shots.at(-1)?.at(-1)).toBe('E37: No write since last change (add ! t');
    const left = await onTerminal(['vi', 'a'], ['x', ':q!\r'], { '/root/a': 'abc\n' });
    expect([left.status, left.fs.read('/root/a')]).toEqual([0, 'abc\n']);
  });

  it('nano writes and leaves', async () => {
    const { status, fs, shots } = await onTerminal(['nano', 'new.txt'], ['hello', '\u000f', '\r', '\u0018'], {});
    expect(shots[0]?.[0]).toContain('GNU nano');
    expect(status).toBe(0);
    expect(fs.read('/root/new.txt')).toBe('hello\n');
  });

  it('less turns pages, searches and leaves; keys come from the terminal when the text comes from a pipe', async () => {
    const { shots, status } = await onTerminal(
      ['less'],
      [' ', '/line 15\r', 'G', 'g', 'q'],
      {},
      `${LINES.join('\n')}\n`,
    );
    expect(shots[0]).toEqual([...LINES.slice(0, 7), ':']);
    expect(shots[1]?.[0]).toBe('line 8');
    expect(shots[2]?.[0]).toBe('line 15');
    expect(shots[3]?.slice(-2)).toEqual(['line 20', '(END)']);
    expect(shots[4]?.[0]).toBe('line 1');
    expect(status).toBe(0);
  });
});
