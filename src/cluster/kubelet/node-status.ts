import type { Node } from '../api/types.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';

type Conditions = NonNullable<NonNullable<Node['status']>['conditions']>;

const HEALTHY = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** The conditions of a healthy node; one that was so before keeps its transition time. */
export function nodeConditions(old: Conditions, time: string): Conditions {
  return HEALTHY.map(([type, status, reason, message]) => {
    const before = old.find((each) => each.type === type);
    return {
      lastHeartbeatTime: time,
      lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? time) : time,
      message,
      reason,
      status,
      type,
    };
  });
}

/** What a kubelet of 1.33 reports of its machine, conditions aside. */
export function nodeStatus(
  node: NodeSpec,
  flavour: Flavour,
  images: { names: string[]; sizeBytes: number }[],
): NonNullable<Node['status']> {
  const memory = Number.parseInt(node.memory, 10);
  return {
    addresses: [
      { address: node.internalIP, type: 'InternalIP' },
      ...(node.externalIP === undefined ? [] : [{ address: node.externalIP, type: 'ExternalIP' }]),
      { address: node.name, type: 'Hostname' },
    ],
    allocatable: {
      cpu: '1930m',
      'ephemeral-storage': '47093746742',
      'hugepages-2Mi': '0',
      memory: `${memory - 1048576}Ki`,
      pods: '110',
    },
    capacity: {
      cpu: node.cpu,
      'ephemeral-storage': '98831908Ki',
      'hugepages-2Mi': '0',
      memory: node.memory,
      pods: '110',
    },
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images,
    nodeInfo: {
      architecture: 'amd64',
      bootID: uuid(node.name, 'boot'),
      containerRuntimeVersion: 'containerd://2.0.5',
      kernelVersion: flavour.kernel,
      kubeProxyVersion: '',
      kubeletVersion: 'v1.33.4',
      machineID: uuid(node.name, 'machine').replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: flavour.osImage,
      systemUUID: uuid(node.name, 'system'),
    },
  };
}

/** An id that is always the same for a node. */
function uuid(name: string, purpose: string): string {
  let hash = 0x811c9dc5;
  let hex = '';
  while (hex.length < 32) {
    for (const char of `${name}/${purpose}/${hex.length}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
