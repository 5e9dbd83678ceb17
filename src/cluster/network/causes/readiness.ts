import type { Event, KubeObject } from '../../api/types.ts';
import type { CauseLink } from '../trace.ts';
import { at, type Case, closestWord, inNamespace, link, type PodObject, refOf } from './cause.ts';
import { crash } from './crashes.ts';
import { configOf } from './mounts.ts';
import { lastEvent, probing } from './probes.ts';
import { scheduling } from './scheduling.ts';
import { type Workload, workloadOf } from './workloads.ts';

/** Why a pod takes no traffic: from its state to what a person can change. */
export function podLinks(given: Case, pod: PodObject): CauseLink[] {
  const ref = refOf('Pod', pod);
  const describe = `kubectl describe pod ${ref.name}${inNamespace(ref.namespace)}`;
  const node = pod.spec?.nodeName;
  if (node !== undefined && !given.network.powered(node)) return lostNode(node);
  if (pod.metadata?.deletionTimestamp !== undefined)
    return [
      link('pod.terminating', {
        object: at(ref, 'metadata.deletionTimestamp'),
        facts: { pod: ref.name, node: node ?? '' },
        evidence: `kubectl get pods${inNamespace(ref.namespace)}`,
      }),
    ];
  if (node === undefined) return scheduling(given, pod, describe);
  const made = workloadOf(given, pod);
  const { status } = pod;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed')
    return [
      link('pod.finished', {
        object: at(made.ref, `${made.specPath}.containers[0].command`),
        facts: { pod: ref.name, phase: status.phase },
        evidence: describe,
      }),
    ];
  const first = status?.initContainerStatuses ?? [];
  for (const each of [...first, ...(status?.containerStatuses ?? [])]) {
    const { waiting, terminated, running } = each.state ?? {};
    if (terminated?.exitCode === 0 && first.includes(each)) continue;
    const list = first.includes(each) ? 'initContainers' : 'containers';
    const index = Math.max(0, made.spec[list]?.findIndex((container) => container.name === each.name) ?? 0);
    const path = `${made.specPath}.${list}[${index}]`;
    const reason = waiting?.reason ?? terminated?.reason ?? '';
    if (['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'].includes(reason))
      return [
        link('image.not-pulled', {
          object: at(made.ref, `${path}.image`),
          facts: {
            pod: ref.name,
            container: each.name,
            image: each.image ?? made.spec[list]?.[index]?.image ?? '',
            message: pullMessage(given, pod) ?? waiting?.message ?? '',
          },
          evidence: describe,
        }),
      ];
    if (reason === 'CreateContainerConfigError') return missing(given, pod, made, waiting?.message ?? '', describe);
    if (waiting !== undefined && ['ContainerCreating', 'PodInitializing'].includes(reason)) {
      const failed = lastEvent(given, pod, 'FailedMount');
      if (failed !== undefined) return missing(given, pod, made, failed, describe);
      continue;
    }
    if (terminated !== undefined || waiting !== undefined) return crash(given, pod, made, each, path);
    if (
      running !== undefined &&
      !each.ready &&
      (each.restartCount ?? 0) > 0 &&
      each.lastState?.terminated !== undefined
    )
      return crash(given, pod, made, each, path);
    if (running !== undefined && !each.ready) return probing(given, pod, made, each.name, path, describe);
  }
  return [];
}

/** A node without power, and what Kubernetes will do about it by itself. */
export function lostNode(node: string): CauseLink[] {
  return [link('node.power', { object: { kind: 'Node', name: node }, facts: { node }, evidence: 'kubectl get nodes' })];
}

function pullMessage(given: Case, pod: PodObject): string | undefined {
  const all = given.network.clients.resource<Event & KubeObject>('events').list({
    namespace: pod.metadata?.namespace ?? '',
    fieldSelector: `involvedObject.name=${pod.metadata?.name ?? ''}`,
  });
  return all.find((event) => event.reason === 'Failed' && event.message?.startsWith('Failed to pull') === true)
    ?.message;
}

/** A Secret or a ConfigMap, or a key of one, that the pod needs and that is not there. */
function missing(given: Case, pod: PodObject, made: Workload, message: string, evidence: string): CauseLink[] {
  const namespace = pod.metadata?.namespace ?? '';
  const whole = /\b(secret|configmap) "([^"]+)" not found/i.exec(message);
  const key =
    /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/(\S+)/.exec(message) ??
    /references non-existent (config|secret) key: (\S+)/.exec(message);
  const waits = link('pod.waits-for', {
    object: at(refOf('Pod', pod), 'status.containerStatuses'),
    facts: { pod: pod.metadata?.name ?? '', message },
    evidence,
  });
  if (whole !== null) {
    const kind = whole[1]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
    const name = (whole[2] ?? '').split('/').at(-1) ?? '';
    const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
    const names = given.network.clients
      .resource(plural)
      .list({ namespace })
      .map((each) => each.metadata?.name ?? '');
    const similar = closestWord(name, names);
    const path = reference(made, kind, name);
    return [
      waits,
      link(kind === 'Secret' ? 'secret.missing' : 'configmap.missing', {
        object: path === undefined ? { kind, name, namespace } : at(made.ref, path),
        facts: { name, pod: pod.metadata?.name ?? '', ...(similar === undefined ? {} : { similar }) },
        evidence: `kubectl get ${plural}${inNamespace(namespace)}`,
      }),
    ];
  }
  if (key !== null) {
    const direct = key[2] === 'ConfigMap' || key[2] === 'Secret';
    const wanted = (direct ? key[1] : key[2]) ?? '';
    const kind: 'ConfigMap' | 'Secret' = (direct ? key[2] === 'Secret' : key[1] === 'secret') ? 'Secret' : 'ConfigMap';
    const name = direct ? (key[3] ?? '') : (volumeWith(made, kind, wanted) ?? '');
    return [waits, keyMissing(given, pod, kind, name, wanted)];
  }
  return [waits];
}

/** A key that a container wants of a Secret or a ConfigMap that does not have it. */
export function keyMissing(
  given: Case,
  pod: PodObject,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  wanted: string,
): CauseLink {
  const namespace = pod.metadata?.namespace ?? '';
  const keys = Object.keys(configOf(given, kind, name, namespace)?.data ?? {});
  const similar = closestWord(wanted, keys);
  return link(kind === 'Secret' ? 'secret.key-missing' : 'configmap.key-missing', {
    object: { kind, name, namespace, fieldPath: 'data' },
    facts: {
      name,
      key: wanted,
      keys: keys.join(', '),
      ...(similar === undefined ? {} : { similar }),
    },
    evidence: `kubectl describe ${kind.toLowerCase()} ${name}${inNamespace(namespace)}`,
  });
}

function volumeWith(made: Workload, kind: 'ConfigMap' | 'Secret', key: string): string | undefined {
  for (const volume of made.spec.volumes ?? []) {
    const items = kind === 'Secret' ? volume.secret?.items : volume.configMap?.items;
    if (items?.some((each) => each.key === key) === true)
      return kind === 'Secret' ? volume.secret?.secretName : volume.configMap?.name;
  }
  return undefined;
}

/** Where a pod's template names a Secret or a ConfigMap. */
function reference(made: Workload, kind: 'ConfigMap' | 'Secret', name: string): string | undefined {
  const { spec, specPath } = made;
  const volume = (spec.volumes ?? []).findIndex((each) =>
    kind === 'Secret' ? each.secret?.secretName === name : each.configMap?.name === name,
  );
  if (volume >= 0)
    return `${specPath}.volumes[${volume}].${kind === 'Secret' ? 'secret.secretName' : 'configMap.name'}`;
  for (const [index, container] of spec.containers.entries()) {
    const from = (container.envFrom ?? []).findIndex(
      (each) => (kind === 'Secret' ? each.secretRef?.name : each.configMapRef?.name) === name,
    );
    if (from >= 0)
      return `${specPath}.containers[${index}].envFrom[${from}].${kind === 'Secret' ? 'secretRef' : 'configMapRef'}.name`;
    const env = (container.env ?? []).findIndex(
      (each) =>
        (kind === 'Secret' ? each.valueFrom?.secretKeyRef?.name : each.valueFrom?.configMapKeyRef?.name) === name,
    );
    if (env >= 0)
      return `${specPath}.containers[${index}].env[${env}].valueFrom.${kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef'}.name`;
  }
  return undefined;
}
