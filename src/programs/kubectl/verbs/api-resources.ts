import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import { TabWriter } from '../print/tabwriter.ts';
import type { ServedResource } from '../rest/discovery.ts';
import { apiVersionOf } from '../rest/mapper.ts';

const command: Command = {
  name: 'api-resources',
  flags: [
    { name: 'no-headers', type: 'bool' },
    { name: 'output', short: 'o', type: 'string' },
    { name: 'api-group', type: 'string' },
    { name: 'namespaced', type: 'bool', default: 'true' },
    { name: 'verbs', type: 'strings' },
    { name: 'sort-by', type: 'string' },
    { name: 'cached', type: 'bool' },
    { name: 'categories', type: 'strings' },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    if (args.length > 0) throw usageFailure(invocation.path, `unexpected arguments: [${args.join(' ')}]`);
    const output = flags.string('output');
    if (!['', 'wide', 'name'].includes(output)) throw new Failure(`--output ${output} is not available`);
    const sortBy = flags.string('sort-by');
    if (!['', 'name', 'kind'].includes(sortBy)) throw new Failure('--sort-by accepts only name or kind');
    const { groups } = yield* invocation.mapper();
    const has = (all: readonly string[], some: readonly string[]) => some.every((one) => all.includes(one));
    const resources = groups
      .flatMap((group) => preferred(group.resources))
      .filter(
        (one) =>
          one.verbs.length > 0 &&
          (!flags.changed('api-group') || one.group === flags.string('api-group')) &&
          (!flags.changed('namespaced') || one.namespaced === flags.bool('namespaced')) &&
          has(one.verbs, flags.list('verbs')) &&
          has(one.categories, flags.list('categories')),
      );
    const key = (one: ServedResource) => (sortBy === 'name' ? one.name : sortBy === 'kind' ? one.kind : one.group);
    resources.sort((a, b) => order(key(a), key(b)) || order(a.name, b.name));
    const writer = new TabWriter();
    if (!flags.bool('no-headers') && output !== 'name')
      writer.write(`NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${output === 'wide' ? '\tVERBS\tCATEGORIES' : ''}\n`);
    for (const one of resources) {
      if (output === 'name') writer.write(`${one.name}${one.group === '' ? '' : `.${one.group}`}\n`);
      else {
        const cells = [one.name, one.shortNames.join(','), apiVersionOf(one), String(one.namespaced), one.kind];
        if (output === 'wide') cells.push(one.verbs.join(','), one.categories.join(','));
        writer.write(`${cells.join('\t')}\n`);
      }
    }
    yield* invocation.out(writer.flush());
  },
};

export default command;

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each resource once, in the best version of its group that has it. */
function preferred(resources: readonly ServedResource[]): ServedResource[] {
  const seen = new Set<string>();
  return resources.filter(({ name }) => !seen.has(name) && seen.add(name));
}
