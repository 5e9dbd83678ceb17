import type { Command } from '../command.ts';

const command: Command = {
  name: 'alpha',
  *run(invocation) {
    yield* invocation.err('No alpha commands are available in this version of kubectl\n');
  },
};

export default command;
