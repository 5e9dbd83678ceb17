import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

const command: Command = {
  name: 'completion',
  *run(invocation) {
    const [shell, ...more] = invocation.args;
    if (shell === undefined) throw usageFailure(invocation.path, 'Shell not specified.');
    if (more.length > 0) throw usageFailure(invocation.path, 'Too many arguments. Expected only the shell type.');
    if (!SHELLS.includes(shell)) throw usageFailure(invocation.path, `Unsupported shell type ${goQuote(shell)}.`);
    yield* [];
    throw new Failure('this shell completes kubectl by itself: press Tab');
  },
};

export default command;
