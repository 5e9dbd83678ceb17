import type { Node } from '../api/types.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';

type NodeStatus = NonNullable<Node['status']>;
type Conditions = NonNullable<NodeStatus['conditions']>;

/** What kubelet and scheduler agree on: pods per node (--max-pods). */
export const MAX_PODS = 110;

const HEALTHY = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** The conditions of a healthy node; one that was so before keeps its transition time. Those of others stay. */
export function nodeConditions(old: Conditions, time: string): Conditions {
  const own = HEALTHY.map(([type, status, reason, message]) => {
    const before = old.find((each) => each.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? time) : time;
    return { lastHeartbeatTime: time, lastTransitionTime, message, reason, status, type };
  });
  const names = new Set<string>(HEALTHY.map(([type]) => type));
  return [...old.filter((each) => !names.has(each.type)), ...own];
}

/** What a kubelet of 1.33 reports of its machine, conditions aside. `boots` counts how often the machine was started. */
export function nodeStatus(
  node: NodeSpec,
  flavour: Flavour,
  images: NonNullable<NodeStatus['images']>,
  boots = 0,
): NodeStatus {
  const memory = Number.parseInt(node.memory, 10);
  return {
    addresses: [
      { address: node.internalIP, type: 'InternalIP' },
      ...(node.externalIP === undefined ? [] : [{ address: node.externalIP, type: 'ExternalIP' }]),
      { address: node.name, type: 'Hostname' },
    ],
    allocatable: {
      cpu: `${Number(node.cpu) * 1000 - 70}m`,
      'ephemeral-storage': '47093746742',
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
      memory: `${memory - 1_048_576}Ki`,
      pods: String(MAX_PODS),
    },
    capacity: {
      cpu: node.cpu,
      'ephemeral-storage': '98831908Ki',
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
      memory: node.memory,
      pods: String(MAX_PODS),
    },
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images,
    nodeInfo: {
      architecture: 'amd64',
      bootID: bootID(node.name, boots),
      containerRuntimeVersion: 'containerd://2.0.5',
      kernelVersion: flavour.kernel,
      kubeProxyVersion: '',
      kubeletVersion: 'v1.33.4',
      machineID: idOf(`${node.name}/machine`).replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: flavour.osImage,
      systemUUID: idOf(`${node.name}/system`),
    },
  };
}

/** The kernel's boot id: another one after each start of the machine. */
export function bootID(node: string, boots: number): string {
  return idOf(`${node}/boot/${boots}`);
}

/** An id in the form of a UUID that is always the same for a name. */
function idOf(name: string): string {
  let hash = 0x811c9dc5;
  let hex = '';
  while (hex.length < 32) {
    for (const char of `${name}/${hex.length}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
