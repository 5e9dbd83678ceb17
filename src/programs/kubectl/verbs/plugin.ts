import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';

const command: Command = {
  name: 'plugin',
  subcommands: [
    {
      name: 'list',
      flags: [{ name: 'name-only', type: 'bool' }],
      *run(invocation) {
        const found = invocation.context.machine.programs().filter(({ name }) => /^kubectl[-_]/.test(name));
        if (found.length === 0) throw new Failure('unable to find any kubectl plugins in your PATH');
        yield* invocation.out('The following compatible plugins are available:\n\n');
        for (const { name, directory } of found)
          yield* invocation.out(`${invocation.flags.bool('name-only') ? name : `${directory}/${name}`}\n`);
      },
    },
  ],
};

export default command;
