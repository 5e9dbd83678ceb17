import type { Command } from '../command.ts';
import { helpText } from '../help-text.ts';

const command: Command = {
  name: 'options',
  help: { stream: 'stdout', text: '' },
  *run(invocation) {
    yield* invocation.out(yield* helpText(invocation.context, ['options']));
  },
};

export default command;
