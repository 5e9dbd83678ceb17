import { serviceKey } from '../machine.ts';
import type { CommandObserver } from './shell.ts';

/** Who is told of every command that a shell runs; undefined when nobody listens. */
export const COMMANDS = serviceKey<CommandObserver | undefined>('commands');
