import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { FILENAME_FLAGS, PRINT_FLAGS } from '../shared-flags.ts';

function decision(name: string): Command {
  return {
    name,
    flags: [...PRINT_FLAGS, ...FILENAME_FLAGS, { name: 'force', type: 'bool' }],
    *run(invocation) {
      const { args, flags } = invocation;
      if (args.length === 0 && flags.list('filename').length === 0)
        throw new Failure('one or more CSRs must be specified as <name> or -f <filename>');
      (yield* invocation.mapper()).mappingFor('certificatesigningrequests');
      throw new Failure('this cluster signs no certificates');
    },
  };
}

const command: Command = {
  name: 'certificate',
  alone: { stream: 'stdout', status: 0 },
  subcommands: [decision('approve'), decision('deny')],
};

export default command;
