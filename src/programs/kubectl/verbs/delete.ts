import type { Routine } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { infoName, type ResourceInfo } from '../resource/info.ts';
import { select } from '../resource/selection.ts';
import {
  ALL_NAMESPACES_FLAG,
  DRY_RUN_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  LABEL_SELECTOR_FLAG,
} from '../shared-flags.ts';
import { deleteInfo, waitUntilGone } from '../write/deletion.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';
import { withSource } from '../write/requests.ts';

const command: Command = {
  name: 'delete',
  flags: [
    ...FILENAME_FLAGS,
    LABEL_SELECTOR_FLAG,
    FIELD_SELECTOR_FLAG,
    { name: 'all', type: 'bool' },
    ALL_NAMESPACES_FLAG,
    { name: 'force', type: 'bool' },
    { name: 'cascade', type: 'string', default: 'background', bare: 'background' },
    { name: 'now', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'ignore-not-found', type: 'bool' },
    { name: 'wait', type: 'bool', default: 'true' },
    { name: 'output', short: 'o', type: 'string' },
    { name: 'raw', type: 'string' },
    { name: 'interactive', short: 'i', type: 'bool' },
    DRY_RUN_FLAG,
  ],
  *run(invocation) {
    yield* remove(invocation);
  },
};

export default command;

const IMMEDIATE =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n';

function* remove(invocation: Invocation): Routine {
  const { args, flags, namespace } = invocation;
  const propagationPolicy = yield* cascade(invocation);
  const dryRun = yield* dryRunOf(invocation);
  const selector = flags.string('selector');
  const all = flags.bool('all');
  const allNamespaces = flags.bool('all-namespaces');
  const ignoreNotFound =
    flags.bool('ignore-not-found') || (!flags.changed('ignore-not-found') && (all || selector !== ''));
  if (flags.string('raw') !== '') {
    const response = yield* invocation.client.request('DELETE', flags.string('raw'));
    yield* invocation.out(typeof response.body === 'string' ? response.body : `${JSON.stringify(response.body)}\n`);
    return;
  }
  let grace = flags.number('grace-period');
  const force = flags.bool('force');
  const output = flags.string('output');
  if (output !== '' && output !== 'name')
    throw new Failure(`unexpected -o output mode: ${output}. We only support '-o name'`);
  if (flags.bool('now')) {
    if (grace !== -1) throw new Failure('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (flags.bool('force') && grace > 0)
    throw new Failure('--force and --grace-period greater than 0 cannot be specified together');
  // An accident must not lose data: zero seconds take --force.
  if (grace === 0 && !force) grace = 1;
  if (force && grace < 0) grace = 0;
  const immediate = force && grace === 0;
  if (immediate && (dryRun === 'none' || dryRun === 'server')) yield* invocation.err(IMMEDIATE);
  const selection = yield* select(invocation, {
    args,
    filename: {
      filenames: flags.list('filename'),
      kustomize: flags.string('kustomize'),
      recursive: flags.bool('recursive'),
    },
    labelSelector: selector,
    fieldSelector: flags.string('field-selector'),
    selectAll: all,
    allNamespaces,
    namespace: namespace.name,
    requireNamespace: namespace.explicit && !allNamespaces,
    flatten: true,
    continueOnError: true,
    withoutObject: !flags.bool('interactive'),
    ignoreNotFound,
  });
  if (flags.bool('interactive') && !(yield* confirmed(invocation, (yield* selection.infos()).infos))) return;
  const deleted: ResourceInfo[] = [];
  const uids = new Map<ResourceInfo, string | undefined>();
  let found = 0;
  let warned = false;
  let failure: Failure | undefined;
  try {
    yield* selection.visit(function* (info) {
      found++;
      if (!warned && info.mapping?.namespaced === false && namespace.explicit) {
        warned = true;
        yield* invocation.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
      }
      if (dryRun === 'client') {
        yield* say(invocation, info, dryRun, immediate);
        return;
      }
      try {
        const uid = yield* deleteInfo(invocation, info, {
          ...(grace < 0 ? {} : { gracePeriodSeconds: grace }),
          propagationPolicy,
          dryRun: dryRun === 'server',
        });
        uids.set(info, uid);
        deleted.push(info);
      } catch (error) {
        if (error instanceof Failure) throw withSource('deleting', info.source, error);
        throw error;
      }
      yield* say(invocation, info, dryRun, immediate);
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failure = error;
  }
  if (failure !== undefined) throw aggregate([failure]) ?? failure;
  if (found === 0) {
    yield* invocation.out('No resources found\n');
    return;
  }
  if (!flags.bool('wait') || dryRun !== 'none') return;
  const timeout = flags.number('timeout');
  yield* waitUntilGone(invocation, deleted, timeout === 0 ? 168 * 3_600_000 : timeout, uids);
}

function* say(invocation: Invocation, info: ResourceInfo, dryRun: DryRun, immediate: boolean): Routine {
  if (invocation.flags.string('output') === 'name') {
    yield* invocation.out(`${infoName(info)}\n`);
    return;
  }
  const operation = operationText(immediate ? 'force deleted' : 'deleted', dryRun);
  const [kind = ''] = infoName(info).split('/');
  yield* invocation.out(`${kind} "${info.name}" ${operation}\n`);
}

function* cascade(invocation: Invocation): Routine<string> {
  const value = invocation.flags.string('cascade');
  switch (value) {
    case 'background':
      return 'Background';
    case 'foreground':
      return 'Foreground';
    case 'orphan':
      return 'Orphan';
    case 'true':
      yield* invocation.err(
        'warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background.\n',
      );
      return 'Background';
    case 'false':
      yield* invocation.err(
        'warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n',
      );
      return 'Orphan';
    default:
      throw new Failure(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
  }
}

function* confirmed(invocation: Invocation, infos: readonly ResourceInfo[]): Routine<boolean> {
  const lines = infos.map((info) => `${infoName(info)}\n`).join('');
  yield* invocation.out(`You are about to delete the following ${infos.length} resource(s):\n${lines}`);
  yield* invocation.out('Do you want to continue? (y/N): ');
  const answer = yield* invocation.context.stdin.readLine();
  if (/^y(es)?$/i.test((answer ?? '').trim())) return true;
  yield* invocation.out('deletion is cancelled\n');
  return false;
}
