import { serviceKey } from '../machine.ts';

/** Told of every simple command that ends: what lesson checks and the page's state are made from. */
export interface CommandObserver {
  started?(machine: string, line: string): void;
  ended(record: { machine: string; line: string; status: number; output: string }): void;
}

/** Who is told of every command that a shell runs; undefined when nobody listens. */
export const COMMANDS = serviceKey<CommandObserver | undefined>('commands');
