import type { Completer } from '../../../machines/completion.ts';
import type { Context } from '../../../machines/process.ts';
import type { Routine } from '../../../sim/routine.ts';
import { COMMANDS } from '../commands.ts';
import { findCommand, flagsOf } from '../dispatch.ts';
import { Failure } from '../errors.ts';
import { bareValue, Flags } from '../flags.ts';
import { GLOBAL_FLAGS } from '../global-flags.ts';
import { Invocation } from '../invocation.ts';
import { resourcePath } from '../rest/mapper.ts';
import { ARGUMENTS, type Arguments, FLAG_VALUES, TYPES_WITH_PODS } from './arguments.ts';

/** What may follow on a command line of kubectl. `words` are those after `kubectl`, the last one being typed. */
export const completer: Completer = function* (words, context) {
  const quiet: Context = Object.create(context, { stderr: { value: SILENT } });
  try {
    return yield* candidates(words.slice(0, -1), words.at(-1) ?? '', quiet);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
};

const SILENT = { tty: false, close: () => {}, *write() {} };

function* candidates(before: readonly string[], word: string, context: Context): Routine<readonly string[]> {
  if (before.includes('--')) return [];
  const helping = before[0] === 'help';
  const line = helping ? before.slice(1) : before;
  const found = yield* findCommand(line);
  const flags = found === undefined ? new Flags(GLOBAL_FLAGS) : flagsOf(found);
  try {
    flags.parse(found?.argv ?? line);
  } catch (error) {
    // A line that is being typed may end in a flag whose value comes next.
    if (!(error instanceof Failure)) throw error;
  }
  const path = found?.path.slice(1).join(' ') ?? '';
  const invocation = new Invocation(context, flags, `kubectl ${path}`.trim());
  if (!helping) {
    const flag = wantsValue(flags, before.at(-1) ?? '', word);
    if (flag !== undefined) {
      const typed = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word;
      return (yield* flagValues(invocation, flag)).filter((value) => value.startsWith(typed));
    }
    if (word.startsWith('-')) return flagNames(flags, word);
  }
  if (found === undefined) {
    if (flags.args.length > 0) return [];
    const verbs = [
      ...COMMANDS.filter(({ hidden }) => hidden !== true).map(({ name }) => name),
      ...(helping ? [] : ['help']),
    ];
    return named(verbs.sort(), word);
  }
  const { subcommands } = found.command;
  if (subcommands !== undefined && subcommands.length > 0 && flags.args.length === 0) {
    const names = named(subcommands.map(({ name }) => name).sort(), word);
    if (names.length > 0 || found.command.run === undefined) return names;
  }
  const kind = ARGUMENTS[path];
  return helping || kind === undefined ? [] : yield* argumentsOf(invocation, kind, word);
}

/** The flag whose value the word is: `-n WORD`, `--namespace=WORD`. */
function wantsValue(flags: Flags, previous: string, word: string): string | undefined {
  if (word.startsWith('--') && word.includes('=')) return word.slice(2, word.indexOf('='));
  if (previous === '-' || !previous.startsWith('-') || previous.includes('=')) return undefined;
  const spec = previous.startsWith('--')
    ? flags.spec(previous.slice(2))
    : flags.all().find(({ short }) => short === previous.slice(-1));
  return spec === undefined || bareValue(spec) !== undefined ? undefined : spec.name;
}

function flagNames(flags: Flags, word: string): string[] {
  const names = flags.all().flatMap(({ name, short, hidden, deprecated, type }) => {
    if (hidden === true || deprecated !== undefined) return [];
    if (flags.changed(name) && type !== 'array' && type !== 'strings') return [];
    return [`--${name}`, ...(short === undefined || word.length > 1 ? [] : [`-${short}`])];
  });
  return named(names, word);
}

function* flagValues(invocation: Invocation, flag: string): Routine<readonly string[]> {
  const { kubeconfig, flags } = invocation;
  switch (flag) {
    case 'namespace':
      return (yield* names(invocation, 'namespaces')).map(closed);
    case 'context':
      return [...kubeconfig.contexts.keys()].sort().map(closed);
    case 'cluster':
      return [...kubeconfig.clusters.keys()].sort().map(closed);
    case 'user':
      return [...kubeconfig.users.keys()].sort().map(closed);
    case 'container':
      return flags.args[0] === undefined ? [] : (yield* containers(invocation, flags.args[0])).map(closed);
    default:
      return FLAG_VALUES[flag] ?? [];
  }
}

function* argumentsOf(invocation: Invocation, wanted: Arguments, word: string): Routine<readonly string[]> {
  const { args } = invocation;
  const first = args[0];
  switch (wanted.kind) {
    case 'objects':
      return yield* objects(invocation, wanted.types, wanted.once === true, word);
    case 'types':
      return first === undefined ? yield* types(invocation, word) : [];
    case 'name':
      return first === undefined ? named(yield* names(invocation, wanted.type), word) : [];
    case 'pod':
      if (first === undefined) return yield* pods(invocation, word);
      if (args.length > 1 || wanted.after === undefined) return [];
      return named(
        yield* wanted.after === 'container' ? containers(invocation, first) : ports(invocation, first),
        word,
      );
    default: {
      if (first !== undefined) return [];
      return named([...invocation.kubeconfig[wanted.kind].keys()].sort(), word);
    }
  }
}

function* objects(
  invocation: Invocation,
  allowed: readonly string[] | undefined,
  once: boolean,
  word: string,
): Routine<readonly string[]> {
  const [first, ...others] = invocation.args;
  if (first !== undefined && !first.includes('/')) {
    if (once && others.length > 0) return [];
    return named(
      (yield* names(invocation, first)).filter((name) => !others.includes(name)),
      word,
    );
  }
  if (first !== undefined && once) return [];
  const slash = word.indexOf('/');
  if (slash >= 0) {
    const type = word.slice(0, slash);
    const all = (yield* names(invocation, type)).map((name) => `${type}/${name}`);
    return named(
      all.filter((name) => !invocation.args.includes(name)),
      word,
    );
  }
  const offered = allowed === undefined ? yield* types(invocation, word) : named(allowed, word);
  return first === undefined ? offered : offered.map((type) => `${type.trimEnd()}/`);
}

/** The types one can get; the last of a comma list. */
function* types(invocation: Invocation, word: string): Routine<readonly string[]> {
  const prefix = word.slice(0, word.lastIndexOf(',') + 1);
  const served = (yield* invocation.mapper()).all().filter(({ verbs }) => verbs.includes('get'));
  const all = served.map(({ name, group }) => (group === '' ? name : `${name}.${group}`));
  return named([...new Set(all)], word.slice(prefix.length)).map((type) => prefix + type);
}

function* pods(invocation: Invocation, word: string): Routine<readonly string[]> {
  const slash = word.indexOf('/');
  if (slash < 0)
    return [
      ...named(yield* names(invocation, 'pods'), word),
      ...TYPES_WITH_PODS.filter((type) => type.startsWith(word)).map((type) => `${type}/`),
    ];
  const type = word.slice(0, slash);
  return named(
    (yield* names(invocation, type)).map((name) => `${type}/${name}`),
    word,
  );
}

interface Listed {
  metadata?: { name?: string };
  spec?: { selector?: { matchLabels?: Record<string, string> } & Record<string, unknown> };
}

interface PodShape extends Listed {
  spec?: {
    initContainers?: { name: string }[];
    containers?: { name: string; ports?: { containerPort: number }[] }[];
    ports?: { port: number }[];
    selector?: { matchLabels?: Record<string, string> };
  };
}

function* names(invocation: Invocation, typeList: string): Routine<string[]> {
  const found: string[] = [];
  const mapper = yield* invocation.mapper();
  for (const type of typeList.split(',')) {
    const path = resourcePath(mapper.mappingFor(type), invocation.namespace.name);
    const list = (yield* invocation.client.get(path)) as { items?: Listed[] };
    for (const { metadata } of list.items ?? []) if (metadata?.name !== undefined) found.push(metadata.name);
  }
  return [...new Set(found)];
}

/** The pod that `NAME` or `TYPE/NAME` stands for: of a workload or a service, its first. */
function* podOf(invocation: Invocation, target: string): Routine<PodShape | undefined> {
  const [type = '', name] = target.includes('/') ? target.split('/') : ['pods', target];
  const mapper = yield* invocation.mapper();
  const namespace = invocation.namespace.name;
  const mapping = mapper.mappingFor(type);
  const object = (yield* invocation.client.get(resourcePath(mapping, namespace, name))) as PodShape;
  if (mapping.resource === 'pods' || mapping.resource === 'services') return object;
  const labels = object.spec?.selector?.matchLabels ?? {};
  const list = (yield* invocation.client.get(resourcePath(mapper.mappingFor('pods'), namespace), {
    query: {
      labelSelector: Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
  })) as { items?: PodShape[] };
  return list.items?.[0];
}

function* containers(invocation: Invocation, target: string): Routine<string[]> {
  const spec = (yield* podOf(invocation, target))?.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name);
}

function* ports(invocation: Invocation, target: string): Routine<string[]> {
  const spec = (yield* podOf(invocation, target))?.spec;
  const found = spec?.ports?.map(({ port }) => port) ?? [];
  for (const { ports: declared } of spec?.containers ?? [])
    found.push(...(declared ?? []).map(({ containerPort }) => containerPort));
  return found.map((port) => `${port}:${port}`);
}

function closed(word: string): string {
  return `${word} `;
}

function named(all: readonly string[], word: string): string[] {
  return all.filter((name) => name.startsWith(word)).map(closed);
}
