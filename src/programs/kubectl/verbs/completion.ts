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
    if (shell !== 'bash') throw new Failure('this terminal runs bash, which completes kubectl by itself: press Tab');
    // What the real one prints is bash that asks kubectl at each Tab; here the shell asks it by itself.
    yield* invocation.out(
      '# bash completion for kubectl: this shell completes kubectl by itself, press Tab.\n' +
        'complete -o default -F __start_kubectl kubectl\n',
    );
    return 0;
  },
};

export default command;
