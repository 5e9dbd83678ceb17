import type { Command } from '../command.ts';

const NONE = 'No alpha commands are available in this version of kubectl\n';

const command: Command = {
  name: 'alpha',
  help: { stream: 'stderr', text: NONE },
  *run(invocation) {
    yield* invocation.err(NONE);
  },
};

export default command;
