import type { KubeObject, Pod } from '../../../cluster/api/types.ts';
import { type Routine, sleep } from '../../../sim/routine.ts';
import type { Command } from '../command.ts';
import { aggregate, Failure, Failures, isNotFound, PlainFailure, StatusFailure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { cordonNode, selectedNodes } from '../nodes/cordon.ts';
import type { ResourceInfo } from '../resource/info.ts';
import { CHUNK_SIZE_FLAG, DRY_RUN_FLAG, LABEL_SELECTOR_FLAG } from '../shared-flags.ts';
import { deleteInfo, waitUntilGone } from '../write/deletion.ts';
import { type DryRun, dryRunOf, operationText } from '../write/dry-run.ts';

const command: Command = {
  name: 'drain',
  flags: [
    { name: 'force', type: 'bool' },
    { name: 'ignore-daemonsets', type: 'bool' },
    { name: 'delete-emptydir-data', type: 'bool' },
    { name: 'grace-period', type: 'int', default: '-1' },
    { name: 'timeout', type: 'duration' },
    { name: 'pod-selector', type: 'string' },
    { name: 'disable-eviction', type: 'bool' },
    { name: 'skip-wait-for-delete-timeout', type: 'int' },
    CHUNK_SIZE_FLAG,
    LABEL_SELECTOR_FLAG,
    DRY_RUN_FLAG,
  ],
  *run(invocation) {
    const dryRun = yield* dryRunOf(invocation);
    const infos = yield* selectedNodes(invocation);
    for (const info of infos) yield* cordonNode(invocation, info, true, dryRun);
    const failures: Failure[] = [];
    const pending: string[] = [];
    for (const info of infos) {
      try {
        yield* drainNode(invocation, info, dryRun);
        yield* invocation.out(`node/${info.name} ${operationText('drained', dryRun)}\n`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        yield* invocation.err(
          `error: unable to drain node ${JSON.stringify(info.name)} due to error: ${error.message}, continuing command...\n`,
        );
        failures.push(error);
        pending.push(info.name);
      }
    }
    const failed = aggregate(failures);
    if (failed === undefined) return;
    yield* invocation.err(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}\n`).join('')}`);
    throw failed;
  },
};

export default command;

type AnyPod = Pod & KubeObject;

function* drainNode(invocation: Invocation, node: ResourceInfo, dryRun: DryRun): Routine {
  const pods = yield* podsToRemove(invocation, node.name);
  if (dryRun === 'client') {
    for (const pod of pods)
      yield* invocation.out(`evicting pod ${pod.metadata?.namespace}/${pod.metadata?.name} (dry run)\n`);
    return;
  }
  const mapping = (yield* invocation.mapper()).mappingFor('pods');
  const { flags } = invocation;
  const grace = flags.number('grace-period');
  const timeout = flags.number('timeout');
  const { sim } = invocation.context.machine.world;
  const end = sim.now() + (timeout === 0 ? Number.POSITIVE_INFINITY : timeout);
  const going: { info: ResourceInfo; uid: string | undefined }[] = [];
  const note = dryRun === 'server' ? ' (server dry run)' : '';
  const evicting = !flags.bool('disable-eviction');
  for (const pod of evicting || dryRun === 'server' ? pods : []) {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    yield* invocation.out(`${evicting ? 'evicting' : 'deleting'} pod ${namespace}/${name}${note}\n`);
  }
  for (const pod of pods) {
    const { name = '', namespace = '', uid } = pod.metadata ?? {};
    const info: ResourceInfo = { mapping, name, namespace, object: pod };
    if (!evicting)
      yield* deleteInfo(invocation, info, {
        propagationPolicy: 'Background',
        ...(grace < 0 ? {} : { gracePeriodSeconds: grace }),
        dryRun: dryRun === 'server',
      });
    else if (!(yield* evict(invocation, info, grace, dryRun, end))) continue;
    going.push({ info, uid });
  }
  if (dryRun === 'server') return;
  const lost: { readonly name: string; readonly failure: Failure }[] = [];
  for (const { info, uid } of going) {
    try {
      yield* waitUntilGone(invocation, [info], Math.max(0, end - sim.now()), new Map([[info, uid]]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { name, namespace } = info;
      if (!evicting) {
        lost.push({ name, failure: new Failure('context deadline exceeded') });
        continue;
      }
      const text = `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: context deadline exceeded`;
      lost.push({ name, failure: new PlainFailure(text) });
      continue;
    }
    yield* invocation.out(`pod/${info.name} ${evicting ? 'evicted' : 'deleted'}\n`);
  }
  const failed = aggregate(lost.map(({ failure }) => failure));
  if (failed === undefined) return;
  yield* invocation.err(
    `There are pending pods in node ${JSON.stringify(node.name)} when an error occurred: ${failed.message}\n${lost.map(({ name }) => `pod/${name}\n`).join('')}`,
  );
  throw failed;
}

/** Asks for an eviction, again and again while a disruption budget forbids it. False when the pod is gone already. */
function* evict(
  invocation: Invocation,
  info: ResourceInfo,
  grace: number,
  dryRun: DryRun,
  end: number,
): Routine<boolean> {
  const { name, namespace } = info;
  const { sim } = invocation.context.machine.world;
  for (;;) {
    try {
      yield* invocation.client.request(
        'POST',
        `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
        {
          body: {
            kind: 'Eviction',
            apiVersion: 'policy/v1',
            metadata: { name, namespace },
            deleteOptions: {
              ...(grace < 0 ? {} : { gracePeriodSeconds: grace }),
              ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
            },
          },
        },
      );
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (!(error instanceof StatusFailure)) throw error;
      const what = `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
      if (error.reason !== 'TooManyRequests') throw new Failure(`${what}: ${error.message}`);
      if (sim.now() + 5000 > end)
        throw new Failure(`${what}: global timeout reached: ${invocation.flags.number('timeout') / 1000}s`);
      yield* invocation.err(`${what} (will retry after 5s): ${error.message}\n`);
      yield* sleep(5000);
    }
  }
}

/** The node's pods that may go. Those that may not are a failure; those left alone or lost for good, a warning. @throws Failure */
function* podsToRemove(invocation: Invocation, node: string): Routine<AnyPod[]> {
  const { flags, client } = invocation;
  const selector = flags.string('pod-selector');
  const list = (yield* client.get('/api/v1/pods', {
    query: { fieldSelector: `spec.nodeName=${node}`, labelSelector: selector === '' ? undefined : selector },
  })) as { items?: AnyPod[] };
  const refused = new Map<string, string[]>();
  const warned = new Map<string, string[]>();
  const removed: AnyPod[] = [];
  const add = (map: Map<string, string[]>, text: string, pod: AnyPod) => {
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    map.set(text, [...(map.get(text) ?? []), name]);
  };
  for (const pod of list.items ?? []) {
    const controller = pod.metadata?.ownerReferences?.find((owner) => owner.controller === true);
    const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined) continue;
    if (controller?.kind === 'DaemonSet' && !finished) {
      if (flags.bool('ignore-daemonsets')) add(warned, 'ignoring DaemonSet-managed Pods', pod);
      else add(refused, 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)', pod);
      continue;
    }
    let fits = true;
    if (!finished && pod.spec?.volumes?.some((volume) => volume.emptyDir !== undefined) === true) {
      if (flags.bool('delete-emptydir-data')) add(warned, 'deleting Pods with local storage', pod);
      else {
        add(refused, 'Pods with local storage (use --delete-emptydir-data to override)', pod);
        fits = false;
      }
    }
    if (!finished && controller === undefined) {
      if (flags.bool('force')) add(warned, 'deleting Pods that declare no controller', pod);
      else {
        add(refused, 'Pods that declare no controller (use --force to override)', pod);
        fits = false;
      }
    }
    if (fits) removed.push(pod);
  }
  const errors = [...refused].map(([text, names]) => new Failure(`cannot delete ${text}: ${names.join(', ')}`));
  if (errors.length > 0) throw new Failures(errors);
  if (warned.size > 0)
    yield* invocation.err(
      `Warning: ${[...warned].map(([text, names]) => `${text}: ${names.join(', ')}`).join('; ')}\n`,
    );
  return removed;
}
