import type { Command } from '../command.ts';
import { usageFailure } from '../errors.ts';

const command: Command = {
  name: 'api-versions',
  *run(invocation) {
    if (invocation.args.length > 0)
      throw usageFailure(invocation.path, `unexpected arguments: [${invocation.args.join(' ')}]`);
    const { groups } = yield* invocation.mapper();
    const names = groups.flatMap(({ name, versions }) =>
      versions.map((version) => (name === '' ? version : `${name}/${version}`)),
    );
    for (const name of names.sort()) yield* invocation.out(`${name}\n`);
  },
};

export default command;
