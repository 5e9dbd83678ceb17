import type { Container, KubeObject, Pod } from '../../../cluster/api/types.ts';
import { type Routine, sleep } from '../../../sim/routine.ts';
import { selectorText } from '../describe/metadata.ts';
import { Failure } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import type { ResourceInfo } from '../resource/info.ts';

/** Which pod a command takes of several: `log` prefers those that restarted most, `attach` those that did least. */
export type Preference = 'log' | 'attach';

type AnyPod = Pod & KubeObject;

/** The label selector by which an object finds its pods. @throws Failure for a kind that has none */
export function podSelectorOf(object: KubeObject): string {
  const spec = object['spec'] as { selector?: unknown } | undefined;
  switch (object.kind) {
    case 'ReplicationController':
    case 'Service': {
      const map = (spec?.selector ?? {}) as Record<string, string>;
      if (Object.keys(map).length === 0)
        throw new Failure(`invalid service '${object.metadata?.name}': Service is defined without a selector`);
      return Object.keys(map)
        .sort()
        .map((key) => `${key}=${map[key] ?? ''}`)
        .join(',');
    }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return selectorText(spec?.selector as never);
    default:
      throw new Failure(`selector for ${object.apiVersion}, Kind=${object.kind} not implemented`);
  }
}

/** All pods of a selector, in the order of their names. */
export function* podsBySelector(invocation: Invocation, namespace: string, selector: string): Routine<AnyPod[]> {
  const list = (yield* invocation.client.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, {
    query: { labelSelector: selector === '' ? undefined : selector },
  })) as { items?: AnyPod[] };
  return (list.items ?? []).map((pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' }));
}

/**
 * The pod that logs, exec and attach mean by an object: itself, or the best of its pods. Waits up to `timeout` virtual ms
 * for one to exist. @throws Failure
 */
export function* podFor(
  invocation: Invocation,
  info: ResourceInfo,
  preference: Preference,
  timeout: number,
): Routine<{ readonly pod: AnyPod; readonly count: number }> {
  const { object } = info;
  if (object === undefined) throw new Failure('no object');
  if (object.kind === 'Pod') return { pod: object as AnyPod, count: 1 };
  let selector: string;
  try {
    selector = podSelectorOf(object);
  } catch (error) {
    if (error instanceof Failure && preference === 'attach')
      throw new Failure(`cannot attach to ${object.apiVersion}, Kind=${object.kind}: ${error.message}`);
    throw error;
  }
  const { sim } = invocation.context.machine.world;
  const end = sim.now() + timeout;
  for (;;) {
    const pods = yield* podsBySelector(invocation, info.namespace, selector);
    const [pod] = pods.sort((a, b) => compare(a, b, preference));
    if (pod !== undefined) return { pod, count: pods.length };
    if (sim.now() >= end) throw new Failure('timed out waiting for the condition');
    yield* sleep(Math.min(500, end - sim.now()));
  }
}

const PHASES: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };

/** Negative when `a` is the better one (podutils.ByLogging, ActivePods). */
function compare(a: AnyPod, b: AnyPod, preference: Preference): number {
  const restarts = (pod: AnyPod) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  const text = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    Number(a.spec?.nodeName === undefined) - Number(b.spec?.nodeName === undefined) ||
    (PHASES[a.status?.phase ?? ''] ?? 0) - (PHASES[b.status?.phase ?? ''] ?? 0) ||
    Number(!isReady(a)) - Number(!isReady(b)) ||
    text(readySince(a), readySince(b)) ||
    (restarts(a) - restarts(b)) * (preference === 'log' ? -1 : 1) ||
    text(a.metadata?.creationTimestamp ?? '', b.metadata?.creationTimestamp ?? '')
  );
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function readySince(pod: Pod): string {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  return ready?.lastTransitionTime ?? '~';
}

/** All containers, as messages list them: `a, b, c (init)`. */
function containerNames(pod: Pod): string {
  return [
    ...(pod.spec?.containers ?? []).map(({ name }) => name),
    ...(pod.spec?.initContainers ?? []).map(({ name }) => `${name} (init)`),
    ...(pod.spec?.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
  ].join(', ');
}

/** The container of that name, of any sort. */
export function findContainer(pod: Pod, name: string): Container | undefined {
  return [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []),
    ...((pod.spec?.ephemeralContainers ?? []) as Container[]),
  ].find((container) => container.name === name);
}

/** The container that is meant when none is named; says so on stderr when there were others (podcmd). @throws Failure */
export function* defaultContainer(invocation: Invocation, pod: Pod, name: string, quiet: boolean): Routine<Container> {
  if (name !== '') {
    const found = findContainer(pod, name);
    if (found === undefined) throw new Failure(`container ${name} not found in pod ${pod.metadata?.name ?? ''}`);
    return found;
  }
  const annotated = pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
  if (annotated !== undefined && annotated !== '') {
    const found = findContainer(pod, annotated);
    if (found !== undefined) return found;
    if (!quiet)
      yield* invocation.err(
        `Default container name ${JSON.stringify(annotated)} not found in pod ${pod.metadata?.name ?? ''}\n`,
      );
  }
  const [first] = pod.spec?.containers ?? [];
  if (first === undefined) throw new Failure(`pod ${pod.metadata?.name ?? ''} has no containers`);
  const all = containerNames(pod);
  if (!quiet && all.includes(', '))
    yield* invocation.err(`Defaulted container ${JSON.stringify(first.name)} out of: ${all}\n`);
  return first;
}
