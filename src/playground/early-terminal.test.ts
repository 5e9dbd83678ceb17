import { describe, expect, it } from 'vitest';
import { EarlyTerminal } from './early-terminal.ts';

function opened() {
  const written: string[] = [];
  const terminal = new EarlyTerminal(40, 10, (text) => written.push(text));
  return { terminal, screen: () => written.join('') };
}

describe('the prompt before the shell', () => {
  it('is there at once and edits the line', () => {
    const { terminal, screen } = opened();
    expect(screen()).toBe('\u001b[2mlaptop $\u001b[0m ');
    terminal.feed('kubectx');
    terminal.feed('\u007fl');
    expect(screen()).toContain('kubectx');
    expect(screen().length).toBeGreaterThan('laptop $ kubectxl'.length);
    expect(terminal.handOver().keys).toBe('kubectx\u007fl');
  });

  it('keeps what follows Enter for the shell and draws none of it', () => {
    const { terminal, screen } = opened();
    terminal.feed('ls\rpw');
    const drawn = screen();
    terminal.feed('d\r');
    expect(screen()).toBe(drawn);
    expect(drawn.endsWith('\r\n')).toBe(true);
    expect(terminal.handOver()).toEqual({ erase: '\u001b[1A\r\u001b[J', keys: 'ls\rpwd\r' });
  });

  it('takes a line of several rows away whole', () => {
    const { terminal } = opened();
    terminal.feed('x'.repeat(100));
    expect(terminal.handOver().erase).toBe('\u001b[2A\r\u001b[J');
  });

  it('leaves completion and history to the shell', () => {
    const { terminal, screen } = opened();
    terminal.feed('kub\t');
    const drawn = screen();
    terminal.feed(' get');
    expect(screen()).toBe(drawn);
    expect(terminal.handOver().keys).toBe('kub\t get');
  });
});
