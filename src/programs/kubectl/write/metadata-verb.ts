import { clone, type KubeObject } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  LABEL_SELECTOR_FLAG,
  PRINT_FLAGS,
} from '../shared-flags.ts';
import { dryRunOf, operationText } from './dry-run.ts';
import { resourcesAndPairs } from './pairs.ts';
import { patchObject, refresh } from './requests.ts';
import { mergePatchBetween } from './three-way.ts';

/** What label and annotate do not have in common. */
export interface MetadataVerb {
  readonly name: 'label' | 'annotate';
  readonly field: 'labels' | 'annotations';
  /** `label`, `annotation`: in messages. */
  readonly noun: string;
  /** @throws Failure for a value that is not allowed */
  checkValue(key: string, value: string, word: string): void;
  /** What is said when a key has another value already, one text a key. */
  refusal(texts: readonly string[]): string;
  /** What was done to the object. */
  operation(before: Record<string, string>, after: Record<string, string>): string;
}

/** `kubectl label` and `kubectl annotate`. */
export function metadataVerb(verb: MetadataVerb): Command {
  return {
    name: verb.name,
    flags: [
      ...PRINT_FLAGS,
      { name: 'overwrite', type: 'bool' },
      { name: 'list', type: 'bool' },
      { name: 'local', type: 'bool' },
      { name: 'all', type: 'bool' },
      { name: 'resource-version', type: 'string' },
      LABEL_SELECTOR_FLAG,
      FIELD_SELECTOR_FLAG,
      ALL_NAMESPACES_FLAG,
      ...FILENAME_FLAGS,
      DRY_RUN_FLAG,
      { name: 'field-manager', type: 'string', default: `kubectl-${verb.name}` },
    ],
    *run(invocation) {
      yield* change(invocation, verb);
    },
  };
}

function parseChanges(verb: MetadataVerb, words: readonly string[]) {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) {
      const [key, value] = [word.slice(0, at), word.slice(at + 1)];
      verb.checkValue(key, value, word);
      set[key] = value;
    } else removed.push(word.slice(0, -1));
  }
  if (removed.some((key) => key in set))
    throw new Failure(
      `can not both modify and remove ${verb.noun === 'annotation' ? 'an' : 'a'} ${verb.noun} in the same command`,
    );
  return { set, removed };
}

function* change(invocation: Invocation, verb: MetadataVerb): Routine {
  const { args, flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const pairs = resourcesAndPairs(args);
  if ('misplaced' in pairs)
    throw new Failure(`all resources must be specified before ${verb.noun} changes: ${pairs.misplaced}`);
  const list = flags.bool('list');
  const files = flags.list('filename');
  if (pairs.resources.length === 0 && files.length === 0 && flags.string('kustomize') === '')
    throw new Failure('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  const { set, removed } = parseChanges(verb, pairs.changes);
  if (Object.keys(set).length === 0 && removed.length === 0 && !list)
    throw new Failure(`at least one ${verb.noun} update is required`);
  const local = flags.bool('local');
  const selection = yield* select(invocation, {
    args: pairs.resources,
    filename: { filenames: files, kustomize: flags.string('kustomize'), recursive: flags.bool('recursive') },
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    allowEmptySelector: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    namespace: namespace.name,
    requireNamespace: namespace.explicit && !flags.bool('all-namespaces'),
    flatten: true,
    continueOnError: true,
    local,
    latest: !local,
  });
  const version = flags.string('resource-version');
  yield* selection.visit(function* (info) {
    const { object } = info;
    if (object === undefined) return;
    const before: Record<string, string> = { ...object.metadata?.[verb.field] };
    const taken = Object.keys(set).filter((key) => key in before && before[key] !== set[key]);
    if (!flags.bool('overwrite') && taken.length > 0)
      throw new Failure(verb.refusal(taken.map((key) => `'${key}' already has a value (${before[key] ?? ''})`)));
    const after = { ...before, ...set };
    for (const key of removed) {
      if (!(key in before) && verb.field === 'labels') yield* invocation.out(`label ${goQuote(key)} not found.\n`);
      delete after[key];
    }
    const metadata = { ...object.metadata, [verb.field]: after };
    const changed: KubeObject = { ...clone(object), metadata };
    // The server refuses what is not the version that is meant.
    const asked = version === '' ? changed : { ...changed, metadata: { ...metadata, resourceVersion: version } };
    const operation = verb.operation(before, after);
    if (dryRun !== 'client' && !local && !list) {
      const patch = mergePatchBetween(object, asked);
      if (Object.keys(patch).length > 0) yield* send(invocation, info, patch, dryRun);
      // What label prints is what it asked for.
      if (verb.name === 'label' && dryRun === 'none') info.object = changed;
    } else info.object = changed;
    if (list) {
      const alone = selection.singleItemImplied;
      const { mapping } = info;
      if (!alone && mapping !== undefined)
        yield* invocation.out(`Listing ${verb.field} for ${mapping.kind}.${mapping.group}/${info.name}:\n`);
      for (const key of Object.keys(after).sort())
        yield* invocation.out(`${alone ? '' : ' '}${key}=${after[key] ?? ''}\n`);
      return;
    }
    const print = yield* objectPrinter(invocation, operationText(operation, dryRun));
    if (info.object !== undefined) yield* invocation.out(print(info.object));
  });
}

function* send(
  invocation: Invocation,
  info: ResourceInfo,
  patch: unknown,
  dryRun: 'none' | 'client' | 'server',
): Routine {
  refresh(
    info,
    yield* patchObject(invocation, info, 'application/merge-patch+json', patch, {
      dryRun,
      manager: invocation.flags.string('field-manager'),
    }),
  );
}
