import type { Flavour, NodeSpec } from './flavour.ts';

function node(name: string, internalIP: string, externalIP: string, podCIDR: string, systemPodIP: string): NodeSpec {
  return {
    name,
    internalIP,
    externalIP,
    podCIDR,
    systemPodIP,
    cpu: '2',
    memory: '7636652Ki',
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'e2-standard-2',
      'topology.kubernetes.io/region': 'us-central1',
      'topology.kubernetes.io/zone': 'us-central1-b',
    },
  };
}

/** Two nodes on Google Compute Engine, named and numbered as the tutorial's cluster is. */
export const gce: Flavour = {
  name: 'gce',
  nodes: [
    node('kubernetes-minion-905m', '10.240.0.7', '104.197.41.11', '10.244.3.0/24', '10.244.3.3'),
    node('kubernetes-minion-ljyd', '10.240.0.6', '23.251.152.56', '10.244.2.0/24', '10.244.2.4'),
  ],
  nodeNetwork: '10.240.0.0/16',
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.0.0.0/16',
  dnsIP: '10.0.0.10',
  nodePorts: [30000, 32767],
  age: 8 * 60_000,
  apiServer: 'https://104.197.0.10',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0-37-cloud-amd64',
  providerID: (name) => `gce://hopscope/us-central1-b/${name}`,
  cloud: {
    createDelay: [28_000, 38_000],
    deleteDelay: [8_000, 14_000],
    events: 'standard',
    balancer: (_, random) => ({
      ingress: { ip: `162.222.${random.between(176, 192) | 0}.${random.between(2, 254) | 0}`, ipMode: 'VIP' } as never,
    }),
  },
};
