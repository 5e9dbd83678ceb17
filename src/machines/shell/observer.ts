import { serviceKey } from '../machine.ts';

/** Told of every simple command that ends: what lesson checks and the page's state are made from. */
export interface CommandObserver {
  started?(machine: string, line: string): void;
  /** A whole line was entered at a prompt. What is returned is told the exit status when it has run to its end. */
  typed?(machine: string, line: string): ((status: number) => void) | undefined;
  ended(record: { machine: string; line: string; status: number; output: string }): void;
}

/** Who is told of every command that a shell runs; undefined when nobody listens. */
export const COMMANDS = serviceKey<CommandObserver | undefined>('commands');
