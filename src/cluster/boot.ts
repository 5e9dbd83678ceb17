import type { Simulation } from '../sim/simulation.ts';
import type { KubeObject } from './api/types.ts';
import type { Flavour } from './flavours/flavour.ts';
import { nodeConditions, nodeStatus } from './kubelet/node-status.ts';

const COREDNS = 'registry.k8s.io/coredns/coredns:v1.12.0';
const PROXY = 'registry.k8s.io/kube-proxy-amd64:v1.33.4';
const BACKEND = 'registry.k8s.io/defaultbackend-amd64:1.5';

/** Images that are on every node from the start. */
export const SYSTEM_IMAGES = [COREDNS, PROXY, BACKEND, 'registry.k8s.io/pause:3.10'] as const;

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

/**
 * What a cluster holds when the learner first sees it: namespaces, nodes, the `kubernetes` Service, and kube-system with its
 * DNS. All of it as old as the flavour says.
 */
export function bootObjects(flavour: Flavour, sim: Simulation): KubeObject[] {
  const born = stamp(sim.calendar());
  const now = sim.timestamp();
  const meta = (name: string, namespace?: string, extra: object = {}) => ({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    creationTimestamp: born,
    ...extra,
  });
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: meta(name),
  }));
  const nodes: KubeObject[] = flavour.nodes.map((node) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...meta(node.name),
      labels: { ...node.labels },
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { podCIDR: node.podCIDR, podCIDRs: [node.podCIDR], providerID: flavour.providerID(node.name) },
    status: {
      ...nodeStatus(node, flavour, []),
      conditions: nodeConditions([], born).map((each) => ({ ...each, lastHeartbeatTime: now })),
    },
  }));
  const apiServer: KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('kubernetes', 'default', { labels: { component: 'apiserver', provider: 'kubernetes' } }),
      spec: {
        clusterIP: first(flavour.serviceCIDR),
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: meta('kubernetes', 'default', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }),
      subsets: [{ addresses: [{ ip: controlPlane(flavour) }], ports: [{ name: 'https', port: 443, protocol: 'TCP' }] }],
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta('kubernetes', 'default', { labels: { 'kubernetes.io/service-name': 'kubernetes' } }),
      addressType: 'IPv4',
      endpoints: [{ addresses: [controlPlane(flavour)], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
    },
  ];
  return [...namespaces, ...nodes, ...apiServer, ...systemObjects(flavour, meta)];
}

type Meta = (name: string, namespace?: string, extra?: object) => NonNullable<KubeObject['metadata']>;

function systemObjects(flavour: Flavour, meta: Meta): KubeObject[] {
  const labels = { 'k8s-app': 'kube-dns' };
  const objects: KubeObject[] = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('coredns', 'kube-system'), data: { Corefile: COREFILE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('coredns', 'kube-system') },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('kube-dns', 'kube-system', {
        labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      }),
      spec: {
        clusterIP: flavour.dnsIP,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        ],
        selector: labels,
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('coredns', 'kube-system', { labels: { ...labels, 'kubernetes.io/name': 'CoreDNS' } }),
      spec: {
        replicas: 2,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'coredns',
            dnsPolicy: 'Default',
            priorityClassName: 'system-cluster-critical',
            tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
            containers: [
              {
                name: 'coredns',
                image: COREDNS,
                imagePullPolicy: 'IfNotPresent',
                args: ['-conf', '/etc/coredns/Corefile'],
                resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
                ports: [
                  { containerPort: 53, name: 'dns', protocol: 'UDP' },
                  { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
                  { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
                ],
                readinessProbe: { httpGet: { path: '/ready', port: 8181 } },
                volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
              },
            ],
            volumes: [
              { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
            ],
          },
        },
      },
    },
  ];
  for (const node of flavour.nodes) {
    objects.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(`kube-proxy-${node.name}`, 'kube-system', {
        labels: { component: 'kube-proxy', tier: 'node' },
        annotations: { 'kubernetes.io/config.source': 'file' },
      }),
      spec: {
        nodeName: node.name,
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        tolerations: [{ operator: 'Exists' }],
        containers: [
          {
            name: 'kube-proxy',
            image: PROXY,
            imagePullPolicy: 'IfNotPresent',
            resources: { requests: { cpu: '100m' } },
          },
        ],
      },
    });
  }
  return objects;
}

/** The first address of the Service range: the API server's. */
function first(cidr: string): string {
  return cidr.replace(/\d+\/\d+$/, (end) => String(Number(end.split('/')[0]) + 1));
}

/** The control plane's own address on the node network. */
function controlPlane(flavour: Flavour): string {
  return flavour.nodeNetwork.replace(/\d+\.\d+\/\d+$/, '0.2');
}

function stamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
