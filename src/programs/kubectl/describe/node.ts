import type { Lease } from 'kubernetes-types/coordination/v1';
import type { Node, Pod } from '../../../cluster/api/types.ts';
import { Failure, StatusFailure } from '../errors.ts';
import { Quantity } from '../go/quantity.ts';
import type { Describer } from './describer.ts';
import { annotationsMultiline, labelsMultiline, longTime, since } from './metadata.ts';
import { describeTaints } from './pod-parts.ts';
import type { DescribeWriter } from './writer.ts';

type Resources = ReadonlyMap<string, Quantity>;

export const describeNode: Describer = function* (object, writer, context) {
  const { metadata, spec, status } = object as Node;
  const name = metadata?.name ?? '';
  let pods: Pod[] | undefined;
  try {
    pods = yield* context.list<Pod>('/api/v1/pods', {
      fieldSelector: `spec.nodeName=${name},status.phase!=Failed,status.phase!=Succeeded`,
    });
  } catch (error) {
    if (!(error instanceof StatusFailure) || error.reason !== 'Forbidden') throw error;
  }
  const events = yield* context.events(object);
  // The kubelet reports by the node's name where the controllers report by its UID.
  const byName = yield* context.events(object, { uid: name });
  writer.field(0, 'Name', name);
  writer.field(0, 'Roles', roles(object as Node));
  labelsMultiline(writer, 'Labels', metadata?.labels);
  annotationsMultiline(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'CreationTimestamp', longTime(metadata?.creationTimestamp));
  describeTaints(writer, spec?.taints ?? []);
  writer.field(0, 'Unschedulable', spec?.unschedulable === true);
  try {
    const lease = yield* context.get<Lease>(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`);
    writer.write(0, 'Lease:\n');
    writer.field(1, 'HolderIdentity', lease.spec?.holderIdentity ?? '<unset>');
    writer.field(1, 'AcquireTime', lease.spec?.acquireTime ? longTime(lease.spec.acquireTime) : '<unset>');
    writer.field(1, 'RenewTime', lease.spec?.renewTime ? longTime(lease.spec.renewTime) : '<unset>');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    writer.field(0, 'Lease', `Failed to get lease: ${error.message}`);
  }
  if ((status?.conditions?.length ?? 0) > 0) {
    writer.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
    writer.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n');
    for (const condition of status?.conditions ?? [])
      writer.write(
        1,
        `${condition.type} \t${condition.status} \t${longTime(condition.lastHeartbeatTime)} \t${longTime(condition.lastTransitionTime)} \t${condition.reason ?? ''} \t${condition.message ?? ''}\n`,
      );
  }
  writer.write(0, 'Addresses:\n');
  for (const { type, address } of status?.addresses ?? []) writer.field(1, type, address);
  for (const [title, list] of [
    ['Capacity', status?.capacity],
    ['Allocatable', status?.allocatable],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length === 0) continue;
    writer.write(0, `${title}:\n`);
    for (const resource of names) writer.field(1, resource, Quantity.of(list?.[resource]));
  }
  const info = status?.nodeInfo;
  writer.write(0, 'System Info:\n');
  for (const [title, value] of [
    ['Machine ID', info?.machineID],
    ['System UUID', info?.systemUUID],
    ['Boot ID', info?.bootID],
    ['Kernel Version', info?.kernelVersion],
    ['OS Image', info?.osImage],
    ['Operating System', info?.operatingSystem],
    ['Architecture', info?.architecture],
    ['Container Runtime Version', info?.containerRuntimeVersion],
    ['Kubelet Version', info?.kubeletVersion],
    ['Kube-Proxy Version', info?.kubeProxyVersion],
  ] as const)
    writer.field(1, title, value ?? '');
  if (spec?.podCIDR) writer.field(0, 'PodCIDR', spec.podCIDR);
  if ((spec?.podCIDRs?.length ?? 0) > 0) writer.field(0, 'PodCIDRs', (spec?.podCIDRs ?? []).join(','));
  if (spec?.providerID) writer.field(0, 'ProviderID', spec.providerID);
  if (pods === undefined) writer.field(0, 'Pods', 'not authorized');
  else describeUse(writer, object as Node, pods, context.now);
  context.writeEvents(writer, events === undefined ? undefined : [...events, ...(byName ?? [])]);
};

function roles(node: Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata?.labels ?? {})) {
    if (key.startsWith('node-role.kubernetes.io/')) found.add(key.slice('node-role.kubernetes.io/'.length));
    else if (key === 'kubernetes.io/role') found.add(value);
  }
  found.delete('');
  return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

/** Non-terminated pods, and what they ask for of what the node has. */
function describeUse(writer: DescribeWriter, node: Node, pods: readonly Pod[], now: number): void {
  writer.field(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  writer.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n');
  writer.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n');
  const has = node.status?.allocatable ?? node.status?.capacity ?? {};
  const cpu = Quantity.of(has['cpu']);
  const memory = Quantity.of(has['memory']);
  const storage = Quantity.of(has['ephemeral-storage']);
  const ofCpu = (amount: Quantity) => share(amount, amount.milliValue, cpu.milliValue);
  const ofMemory = (amount: Quantity) => share(amount, amount.value, memory.value);
  const totals = { requests: new Map<string, Quantity>(), limits: new Map<string, Quantity>() };
  for (const pod of pods) {
    const requests = podResources(pod, 'requests');
    const limits = podResources(pod, 'limits');
    const of = (list: Resources, name: string) => list.get(name) ?? Quantity.ZERO;
    writer.write(
      1,
      `${pod.metadata?.namespace ?? ''}\t${pod.metadata?.name ?? ''}\t\t${ofCpu(of(requests, 'cpu'))}\t${ofCpu(of(limits, 'cpu'))}\t${ofMemory(of(requests, 'memory'))}\t${ofMemory(of(limits, 'memory'))}\t${since(pod.metadata?.creationTimestamp, now)}\n`,
    );
    add(totals.requests, requests);
    add(totals.limits, limits);
  }
  writer.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  writer.write(1, 'Resource\tRequests\tLimits\n');
  writer.write(1, '--------\t--------\t------\n');
  const total = (side: 'requests' | 'limits', name: string) => totals[side].get(name) ?? Quantity.ZERO;
  const row = (name: string, format: (amount: Quantity) => string) =>
    writer.write(1, `${name}\t${format(total('requests', name))}\t${format(total('limits', name))}\n`);
  row('cpu', ofCpu);
  row('memory', ofMemory);
  row('ephemeral-storage', (amount) => share(amount, amount.value, storage.value));
  const names = Object.keys(has).sort();
  for (const name of names.filter((one) => one.startsWith('hugepages-')))
    row(name, (amount) => share(amount, amount.value, Quantity.of(has[name]).value));
  for (const name of names.filter((one) => !/^(cpu|memory|ephemeral-storage|pods|hugepages-.*)$/.test(one)))
    row(name, String);
}

function share(amount: Quantity, part: number, whole: number): string {
  return `${amount} (${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%)`;
}

function add(into: Map<string, Quantity>, more: Resources): void {
  for (const [name, amount] of more) into.set(name, into.get(name)?.plus(amount) ?? amount);
}

function raise(into: Map<string, Quantity>, other: Resources): void {
  for (const [name, amount] of other) if (amount.nano > (into.get(name)?.nano ?? -1n)) into.set(name, amount);
}

/** What a pod asks for: its containers together, or its hungriest init container if that is more (sidecars count with both). */
function podResources(pod: Pod, side: 'requests' | 'limits'): Resources {
  const { containers = [], initContainers = [], overhead = {} } = pod.spec ?? {};
  const list = (entries: Readonly<Record<string, string>> | undefined): Resources =>
    new Map(Object.entries(entries ?? {}).map(([name, amount]) => [name, Quantity.of(amount)]));
  const sum = new Map<string, Quantity>();
  for (const { resources } of containers) add(sum, list(resources?.[side]));
  const sidecars = new Map<string, Quantity>();
  const init = new Map<string, Quantity>();
  for (const { resources, restartPolicy } of initContainers) {
    const own = list(resources?.[side]);
    if (restartPolicy === 'Always') {
      add(sum, own);
      add(sidecars, own);
      raise(init, sidecars);
    } else {
      const together = new Map(own);
      add(together, sidecars);
      raise(init, together);
    }
  }
  raise(sum, init);
  for (const [name, amount] of list(overhead))
    if (side === 'requests') sum.set(name, sum.get(name)?.plus(amount) ?? amount);
    else if ((sum.get(name)?.nano ?? 0n) !== 0n) sum.set(name, (sum.get(name) ?? Quantity.ZERO).plus(amount));
  return sum;
}
