import type { Flavour } from './flavour.ts';

const NODES = [
  ['ip-172-31-18-44.ec2.internal', '172.31.18.44', '54.210.37.112', '10.244.1.0/24', '10.244.1.4', 'us-east-1a'],
  ['ip-172-31-41-203.ec2.internal', '172.31.41.203', '3.87.104.26', '10.244.2.0/24', '10.244.2.6', 'us-east-1b'],
] as const;

/** Two nodes on Amazon EC2; load balancers are named, not numbered. */
export const aws: Flavour = {
  name: 'aws',
  nodes: NODES.map(([name, internalIP, externalIP, podCIDR, systemPodIP, zone]) => ({
    name,
    internalIP,
    externalIP,
    podCIDR,
    systemPodIP,
    cpu: '2',
    memory: '7919060Ki',
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 't3.large',
      'topology.kubernetes.io/region': 'us-east-1',
      'topology.kubernetes.io/zone': zone,
    },
  })),
  nodeNetwork: '172.31.0.0/16',
  podCIDR: '10.244.0.0/16',
  serviceCIDR: '10.100.0.0/16',
  dnsIP: '10.100.0.10',
  nodePorts: [30000, 32767],
  age: 12 * 60_000,
  apiServer: 'https://7E1A0C4F.gr7.us-east-1.eks.amazonaws.com',
  osImage: 'Amazon Linux 2023.7.20250623',
  kernel: '6.1.141-155.222.amzn2023.x86_64',
  providerID: (name) => `aws:///us-east-1a/i-0${name.replace(/\D/g, '').padEnd(16, '4').slice(0, 16)}`,
  cloud: {
    createDelay: [3_000, 6_000],
    deleteDelay: [2_000, 5_000],
    events: 'standard',
    balancer: (service, random) => {
      const id = (service.metadata?.uid ?? '').replaceAll('-', '').slice(0, 31);
      return { ingress: { hostname: `a${id}-${random.text(9, '0123456789')}.us-east-1.elb.amazonaws.com` } };
    },
  },
};
