import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Place, Trace, TraceStep, Tuple } from '../../cluster/network/trace.ts';
import type { Scene, SceneNode, ScenePod, SceneService } from '../../playground/scene.ts';

/** A still of the second lesson and one request in it, for the first page: it shows before any cluster runs. */

const NODE_A = 'kubernetes-minion-905m';
const NODE_B = 'kubernetes-minion-ljyd';
const AT = 134_380;

function node(name: string, internalIP: string, externalIP: string, subnet: number): SceneNode {
  return {
    name,
    ref: { kind: 'Node', name },
    ready: true,
    powered: true,
    schedulable: true,
    internalIP,
    externalIP,
    podCIDR: `10.244.${subnet}.0/24`,
    bridgeIP: `10.244.${subnet}.1`,
    podCount: 2,
    nodePorts: [],
  };
}

function pod(name: string, namespace: string, on: string, ip: string, labels: string, owner: string): ScenePod {
  return {
    uid: name,
    name,
    suffix: name.slice(name.lastIndexOf('-') + 1),
    namespace,
    ref: { kind: 'Pod', name, namespace },
    node: on,
    ip,
    state: 'ready',
    status: 'Running',
    ready: namespace === 'default' ? '1/1' : '3/3',
    restarts: 0,
    labels: [labels],
    owner: { kind: 'Deployment', name: owner, namespace },
    services: [owner],
    image: owner,
    system: namespace !== 'default',
    mounts: [],
  };
}

function service(
  name: string,
  namespace: string,
  clusterIP: string,
  port: number,
  pods: readonly ScenePod[],
): SceneService {
  return {
    uid: name,
    name,
    namespace,
    ref: { kind: 'Service', name, namespace },
    type: 'ClusterIP',
    clusterIP,
    selector: pods[0]?.labels[0] ?? '',
    ports: [{ port, targetPort: String(port), protocol: port === 53 ? 'UDP' : 'TCP' }],
    endpoints: pods.map((each) => ({
      address: each.ip ?? '',
      ports: [port],
      ready: true,
      terminating: false,
      pod: each.name,
      ...(each.node === undefined ? {} : { node: each.node }),
    })),
    system: namespace !== 'default',
  };
}

const first = pod('my-nginx-3800858182-jr4a2', 'default', NODE_A, '10.244.3.4', 'run=my-nginx', 'my-nginx');
const second = pod('my-nginx-3800858182-kna2y', 'default', NODE_B, '10.244.2.5', 'run=my-nginx', 'my-nginx');
const dns = pod('kube-dns-5d78c9869d-x4zq7', 'kube-system', NODE_B, '10.244.2.2', 'k8s-app=kube-dns', 'kube-dns');

export const demoScene: Scene = {
  at: AT,
  nodes: [node(NODE_A, '10.240.0.7', '104.197.41.11', 3), node(NODE_B, '10.240.0.6', '23.251.152.56', 2)],
  pods: [first, second, dns],
  services: [
    service('kube-dns', 'kube-system', '10.0.0.10', 53, [dns]),
    service('my-nginx', 'default', '10.0.162.149', 80, [first, second]),
  ],
  dockerHosts: [],
  shells: [
    { machine: 'laptop', kind: 'laptop', address: '198.51.100.23' },
    { machine: `node/${NODE_A}`, kind: 'node', node: NODE_A, command: 'curl 10.0.162.149', address: '10.240.0.7' },
  ],
  loadBalancers: [],
  nodeNetwork: '10.240.0.0/16',
  folded: false,
};

const shell: Place = { at: 'node', node: NODE_A };
const rules: Place = { at: 'rules', node: NODE_A };
const target: Place = { at: 'pod', namespace: 'default', pod: second.name, node: NODE_B };
const nginx: ObjectRef = { kind: 'Service', name: 'my-nginx', namespace: 'default' };

const tuple = (src: string, srcPort: number, dst: string, dstPort: number): Tuple => ({ src, srcPort, dst, dstPort });
const asked = tuple('10.240.0.7', 52514, '10.0.162.149', 80);
const turned = tuple('10.240.0.7', 52514, '10.244.2.5', 80);
const reply = tuple('10.244.2.5', 80, '10.240.0.7', 52514);
const restored = tuple('10.0.162.149', 80, '10.240.0.7', 52514);

function step(
  hop: number,
  code: string,
  place: Place,
  time: number,
  before: Tuple,
  more: Partial<TraceStep> = {},
): TraceStep {
  return {
    hop,
    code,
    place,
    time,
    before,
    component: 'routing',
    verdict: 'forward',
    direction: 'request',
    packet: 'http',
    ...more,
  };
}

export const demoTrace: Trace = {
  id: 1,
  at: AT,
  group: 1,
  purpose: 'http',
  target: 'http://10.0.162.149',
  source: shell,
  program: 'curl',
  service: nginx,
  endpoint: second.ref,
  outcome: 'ok',
  code: 'client.receive',
  duration: 1.5,
  causes: [],
  steps: [
    step(1, 'client.connect', shell, 0, asked, { component: 'client' }),
    step(2, 'proxy.dnat', rules, 0.1, asked, {
      component: 'kube-proxy',
      after: turned,
      verdict: 'rewrite',
      rewrite: 'DNAT',
      object: nginx,
    }),
    step(3, 'route.out', { at: 'door', node: NODE_A }, 0.3, turned, {
      facts: { cidr: '10.244.2.0/24', via: '10.240.0.6', to: 'ljyd' },
    }),
    step(4, 'route.in', { at: 'door', node: NODE_B }, 0.6, turned, { component: 'bridge', facts: { node: 'ljyd' } }),
    step(5, 'server.answer', target, 0.9, turned, {
      component: 'server',
      verdict: 'answer',
      facts: { program: 'nginx' },
    }),
    step(6, 'proxy.restore', rules, 1.4, reply, {
      component: 'kube-proxy',
      after: restored,
      verdict: 'rewrite',
      rewrite: 'SNAT',
      direction: 'reply',
    }),
    step(7, 'client.receive', shell, 1.5, restored, { component: 'client', verdict: 'answer', direction: 'reply' }),
  ],
};
