import type { Flavour } from './flavour.ts';

const NODES = [
  ['vm-1-2-centos', '10.0.1.2', '119.29.66.201', '172.16.0.0/26', '172.16.0.52'],
  ['vm-1-14-centos', '10.0.1.14', '134.175.8.93', '172.16.0.64/26', '172.16.0.89'],
] as const;

/** Two nodes on Tencent Kubernetes Engine; its load balancers leave their id in an annotation. */
export const tencent: Flavour = {
  name: 'tencent',
  nodes: NODES.map(([name, internalIP, externalIP, podCIDR, systemPodIP]) => ({
    name,
    internalIP,
    externalIP,
    podCIDR,
    systemPodIP,
    cpu: '2',
    memory: '7914556Ki',
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'SA2.MEDIUM8',
      'topology.kubernetes.io/region': 'gz',
      'topology.kubernetes.io/zone': '100003',
    },
  })),
  nodeNetwork: '10.0.0.0/16',
  podCIDR: '172.16.0.0/20',
  serviceCIDR: '172.16.252.0/22',
  dnsIP: '172.16.254.137',
  nodePorts: [30000, 32767],
  age: 10 * 60_000,
  apiServer: 'https://cls-hopscope.ccs.tencent-cloud.com',
  osImage: 'TencentOS Server 3.1 (Final)',
  kernel: '5.4.119-19.0009.44',
  providerID: (name) => `qcloud:///100003/ins-${name.replace(/\D/g, '').padEnd(8, 'x')}`,
  cloud: {
    createDelay: [4_000, 8_000],
    deleteDelay: [2_000, 4_000],
    events: 'tencent',
    balancer: (_, random) => ({
      ingress: { ip: `106.52.${random.between(128, 192) | 0}.${random.between(2, 254) | 0}` },
      annotations: {
        'service.kubernetes.io/loadbalance-id': `lb-${random.text(8, 'abcdefghijklmnopqrstuvwxyz0123456789')}`,
      },
    }),
  },
};
