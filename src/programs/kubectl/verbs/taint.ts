import type { Taint } from 'kubernetes-types/core/v1';
import type { KubeObject, Node } from '../../../cluster/api/types.ts';
import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { objectPrinter } from '../print/printer.ts';
import { select } from '../resource/selection.ts';
import { DRY_RUN_FLAG, LABEL_SELECTOR_FLAG, PRINT_FLAGS, VALIDATE_FLAG } from '../shared-flags.ts';
import { dryRunOf } from '../write/dry-run.ts';
import { patchObject, refresh } from '../write/requests.ts';
import { equal } from '../write/three-way.ts';

const command: Command = {
  name: 'taint',
  flags: [
    ...PRINT_FLAGS,
    LABEL_SELECTOR_FLAG,
    { name: 'overwrite', type: 'bool' },
    { name: 'all', type: 'bool' },
    DRY_RUN_FLAG,
    VALIDATE_FLAG,
    { name: 'field-manager', type: 'string', default: 'kubectl-taint' },
  ],
  *run(invocation) {
    yield* taint(invocation);
  },
};

export default command;

interface Changes {
  readonly added: readonly Taint[];
  /** Without an effect: every effect of the key. */
  readonly removed: readonly { readonly key: string; readonly effect: string }[];
}

const EFFECTS = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);

function* taint(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const dryRun = yield* dryRunOf(invocation);
  const isTaint = (word: string) => word.includes('=') || word.includes(':') || word.endsWith('-');
  const misplaced = args.find((word, at) => !isTaint(word) && args.slice(0, at).some(isTaint));
  if (misplaced !== undefined) throw new Failure(`all resources must be specified before taint changes: ${misplaced}`);
  const resources = args.filter((word) => !isTaint(word));
  const words = args.filter(isTaint);
  if (resources.length === 0) throw new Failure('one or more resources must be specified as <resource> <name>');
  if (words.length === 0) throw new Failure('at least one taint update is required');
  const changes = parse(invocation, words);
  const mapper = yield* invocation.mapper();
  const type = mapper.mappingFor(resources[0] ?? '');
  if (type.kind !== 'Node') throw new Failure(`invalid resource type ${type.resource}, only node types are supported`);
  if (resources.length < 2 && flags.string('selector') === '' && !flags.bool('all'))
    throw new Failure("at least one resource name must be specified since 'all' parameter is not set");
  const selection = yield* select(invocation, {
    args: resources,
    labelSelector: flags.string('selector'),
    selectAll: flags.bool('all'),
    namespace: namespace.name,
    flatten: true,
    continueOnError: true,
    latest: true,
  });
  yield* selection.visit(function* (info) {
    const node = info.object as (Node & KubeObject) | undefined;
    if (node === undefined) return;
    const before = node.spec?.taints ?? [];
    const clash = changes.added.filter((one) =>
      before.some((there) => there.key === one.key && there.effect === one.effect),
    );
    if (!flags.bool('overwrite') && clash.length > 0)
      throw new Failure(
        `node ${info.name} already has ${[...new Set(clash.map(({ key }) => key))].join(',')} taint(s) with same effect(s) and --overwrite is false`,
      );
    const missing = changes.removed.filter(
      ({ key, effect }) => !before.some((there) => there.key === key && (effect === '' || there.effect === effect)),
    );
    if (missing.length > 0)
      throw new Failure(
        missing
          .map(({ key, effect }) => `taint ${JSON.stringify(effect === '' ? key : `${key}:${effect}`)} not found`)
          .join(', '),
      );
    const kept = before.filter(
      (there) =>
        !changes.removed.some(({ key, effect }) => there.key === key && (effect === '' || there.effect === effect)) &&
        !changes.added.some((one) => one.key === there.key && one.effect === there.effect),
    );
    const after = [...changes.added, ...kept];
    const operation =
      clash.length > 0 || (changes.added.length > 0 && changes.removed.length > 0)
        ? 'modified'
        : changes.added.length > 0
          ? 'tainted'
          : 'untainted';
    if (dryRun === 'client') info.object = { ...node, spec: { ...node.spec, taints: after } } as KubeObject;
    else if (!equal(before, after))
      refresh(
        info,
        yield* patchObject(
          invocation,
          info,
          'application/merge-patch+json',
          { spec: { taints: after.length === 0 ? null : after } },
          { dryRun, manager: flags.string('field-manager') },
        ),
      );
    const print = yield* objectPrinter(invocation, operation);
    yield* invocation.out(print(info.object ?? node));
  });
}

function parse(invocation: Invocation, words: readonly string[]): Changes {
  const added: Taint[] = [];
  const removed: { key: string; effect: string }[] = [];
  const usage = (message: string) => usageFailure(invocation.path, message);
  for (const word of words) {
    const removal = word.endsWith('-');
    const text = removal ? word.slice(0, -1) : word;
    const parts = text.split(':');
    if (parts.length > 2) throw usage(`invalid taint spec: ${word}`);
    const [pair = '', effect = ''] = parts;
    const [key = '', value, ...more] = pair.split('=');
    if (more.length > 0) throw usage(`invalid taint spec: ${word}`);
    if (effect !== '' && !EFFECTS.has(effect)) throw usage(`invalid taint effect: ${effect}, unsupported taint effect`);
    if (removal) {
      removed.push({ key, effect });
      continue;
    }
    if (effect === '') throw usage(`invalid taint spec: ${word}`);
    if (added.some((one) => one.key === key && one.effect === effect))
      throw usage(`duplicated taints with the same key and effect: {${key} ${value ?? ''} ${effect} <nil>}`);
    added.push({ key, ...(value === undefined || value === '' ? {} : { value }), effect });
  }
  const both = added.filter((one) => removed.some((gone) => gone.key === one.key && gone.effect === one.effect));
  if (both.length > 0)
    throw new Failure(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({ key, effect }) => `${key}=${effect}`).join(', ')}`,
    );
  return { added, removed };
}
