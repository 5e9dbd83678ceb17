import type { KubeObject, ObjectRef, PodSpec } from '../../api/types.ts';
import { type Case, closestWord, type PodObject, refOf, type ServiceObject } from './cause.ts';

/** Whatever makes pods, or a pod that nobody makes: where a person changes what runs. */
export interface Workload {
  readonly ref: ObjectRef;
  readonly object: KubeObject;
  /** `spec.template.spec`, or `spec` of a pod that stands alone. */
  readonly specPath: string;
  readonly spec: PodSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** How many pods it asks for; 1 for a pod that stands alone. */
  readonly replicas: number;
}

interface Owner extends KubeObject {
  spec?: {
    replicas?: number;
    template?: { metadata?: { labels?: Record<string, string> }; spec?: PodSpec };
  };
}

/** Kinds that own pods, with their resource, the outer ones first. */
const OWNERS = [
  ['Deployment', 'deployments', 'apps'],
  ['StatefulSet', 'statefulsets', 'apps'],
  ['DaemonSet', 'daemonsets', 'apps'],
  ['ReplicaSet', 'replicasets', 'apps'],
  ['Job', 'jobs', 'batch'],
] as const;

function find(given: Pick<Case, 'network'>, kind: string, name: string, namespace: string): Owner | undefined {
  const owner = OWNERS.find((each) => each[0] === kind);
  if (owner === undefined) return undefined;
  try {
    return given.network.clients.resource<Owner>(owner[1], owner[2]).find(name, namespace);
  } catch {
    return undefined;
  }
}

function listOf(given: Case, plural: string, group: string, namespace: string): Owner[] {
  try {
    return given.network.clients.resource<Owner>(plural, group).list({ namespace });
  } catch {
    return [];
  }
}

function workload(kind: string, object: Owner): Workload {
  return {
    ref: refOf(kind, object),
    object,
    specPath: 'spec.template.spec',
    spec: object.spec?.template?.spec ?? { containers: [] },
    labels: object.spec?.template?.metadata?.labels ?? {},
    replicas: object.spec?.replicas ?? 1,
  };
}

function alone(pod: PodObject): Workload {
  return {
    ref: refOf('Pod', pod),
    object: pod,
    specPath: 'spec',
    spec: pod.spec ?? { containers: [] },
    labels: pod.metadata?.labels ?? {},
    replicas: 1,
  };
}

/** Whether labels satisfy a selector of equalities: as `mapSelector` says, without its generality. An empty one matches nothing. */
export function selecting(
  selector: Readonly<Record<string, string>> | undefined,
): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  const [first, ...others] = Object.entries(selector ?? {});
  if (first === undefined) return () => false;
  const [key, value] = first;
  return (labels) => labels?.[key] === value && others.every(([name, wanted]) => labels[name] === wanted);
}

/** Who made the pod, followed up to what a person wrote. */
export function workloadOf(given: Pick<Case, 'network'>, pod: PodObject): Workload {
  const namespace = pod.metadata?.namespace ?? '';
  let found: { kind: string; object: Owner } | undefined;
  let object: KubeObject = pod;
  for (;;) {
    const owner = object.metadata?.ownerReferences?.find((each) => each.controller === true);
    const next = owner === undefined ? undefined : find(given, owner.kind, owner.name, namespace);
    if (owner === undefined || next === undefined) break;
    found = { kind: owner.kind, object: next };
    object = next;
  }
  return found === undefined ? alone(pod) : workload(found.kind, found.object);
}

/** Everything in a namespace that makes pods and that nobody else makes, and the pods that stand alone. */
export function workloadsIn(given: Case, namespace: string, pods: readonly PodObject[]): Workload[] {
  const made = OWNERS.flatMap(([kind, plural, group]) =>
    listOf(given, plural, group, namespace)
      .filter((object) => object.metadata?.ownerReferences?.some((each) => each.controller === true) !== true)
      .map((object) => workload(kind, object)),
  );
  // Written as a loop: a namespace may have thousands of pods, and nearly all have an owner.
  for (const pod of pods) {
    const owners = pod.metadata?.ownerReferences;
    if (owners?.[0]?.controller !== true && owners?.some((each) => each.controller === true) !== true)
      made.push(alone(pod));
  }
  return made;
}

/** Pods that carry the labels of a workload's template. */
export function podsOf(made: Workload, pods: readonly PodObject[]): PodObject[] {
  if (made.specPath === 'spec') return pods.filter((pod) => pod.metadata?.uid === made.ref.uid);
  const matches = selecting(made.labels);
  return pods.filter((pod) => matches(pod.metadata?.labels));
}

/** The first of {@link podsOf}. */
function firstOf(made: Workload, pods: readonly PodObject[]): PodObject | undefined {
  if (made.specPath === 'spec') return pods.find((pod) => pod.metadata?.uid === made.ref.uid);
  const matches = selecting(made.labels);
  return pods.find((pod) => matches(pod.metadata?.labels));
}

/** The ports on which a pod's programs listen for everybody. */
export function openPorts(given: Case, pod: PodObject, protocol: string): number[] {
  const address = pod.status?.podIP;
  const owner = address === undefined ? undefined : given.network.ownerOf(address);
  if (owner === undefined) return [];
  const open = owner
    .listeners()
    .filter((each) => each.protocol === protocol && each.address !== '127.0.0.1')
    .map((each) => each.port);
  return [...new Set(open)].sort((a, b) => a - b);
}

/** Labels that a person wrote. */
export function ownLabels(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).filter(
      ([key]) =>
        ![
          'pod-template-hash',
          'controller-revision-hash',
          'pod-template-generation',
          'apps.kubernetes.io/pod-index',
          'statefulset.kubernetes.io/pod-name',
        ].includes(key),
    ),
  );
}

/**
 * The workload that a Service is most likely meant for: the one that shares its name, the terms of its selector, its port. None
 * when nothing speaks for any.
 */
export function meantBy(
  given: Case,
  service: ServiceObject,
  pods: readonly PodObject[],
  without: (made: Workload) => boolean = () => false,
): Workload | undefined {
  const name = service.metadata?.name ?? '';
  const selector = Object.entries(service.spec?.selector ?? {});
  const ports = service.spec?.ports ?? [];
  let best: { made: Workload; points: number } | undefined;
  for (const made of workloadsIn(given, service.metadata?.namespace ?? '', pods)) {
    if (without(made) || Object.keys(ownLabels(made.labels)).length === 0) continue;
    let points = 0;
    if (made.ref.name === name) points += 4;
    for (const [key, value] of selector) {
      const own = made.labels[key];
      if (own === value) points += 3;
      else if (own !== undefined) points += closestWord(value, [own]) === undefined ? 0.5 : 2.5;
      else if (closestWord(key, Object.keys(made.labels)) !== undefined) points += 1;
      if (own !== value && Object.values(made.labels).includes(value)) points += 2;
    }
    const declared = made.spec.containers.flatMap((container) => container.ports ?? []);
    let pod: PodObject | undefined;
    for (const port of ports) {
      const target = port.targetPort ?? port.port;
      if (declared.some((each) => each.containerPort === target || each.name === target)) points += 1.5;
      pod ??= firstOf(made, pods);
      if (pod !== undefined && openPorts(given, pod, port.protocol ?? 'TCP').includes(Number(target))) points += 1.5;
    }
    if (points > 0 && (best === undefined || points > best.points)) best = { made, points };
  }
  return best?.made;
}
