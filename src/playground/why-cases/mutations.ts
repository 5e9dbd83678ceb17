import type { Random } from '../../sim/random.ts';

/** One way to break a working Service, as a shell line on the laptop. */
export interface Mutation {
  readonly name: string;
  readonly line: (random: Random) => string;
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)] as T;
const json = (kind: string, name: string, ...steps: readonly object[]) =>
  `kubectl patch ${kind} ${name} --type=json -p '${JSON.stringify(steps)}'`;
const service = (...steps: readonly object[]) => json('service', 'my-nginx', ...steps);
const template = '/spec/template/spec';
/** A change of the template that reaches every pod, the old ones included. */
const pods = (...steps: readonly object[]) =>
  `${json('deployment', 'my-nginx', ...steps)}; kubectl delete replicaset -l app=my-nginx --wait=false`;

/** A slip of the finger in a word. */
function slip(random: Random, word: string): string {
  const at = 1 + random.below(word.length - 2);
  const [a = '', b = ''] = [word[at], word[at + 1]];
  return pick(random, [
    word.slice(0, at) + b + a + word.slice(at + 2),
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + a + word.slice(at),
    word.slice(0, at) + pick(random, [...'aeioxyz']) + word.slice(at + 1),
  ]);
}

const manifest = (object: object) => `kubectl apply -f - <<< '${JSON.stringify(object)}'`;
const policy = (name: string, spec: object) =>
  manifest({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec });

const INGRESS = [
  {},
  { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'shop' } } }] }] },
  { ingress: [{ ports: [{ port: 443 }] }] },
  { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'web' } } }], ports: [{ port: 80 }] }] },
] as const;

const EGRESS = [
  [],
  [{ ports: [{ protocol: 'UDP', port: 53 }] }],
  [{ to: [{ podSelector: { matchLabels: { app: 'my-nginx' } } }] }],
  [{ to: [{ podSelector: { matchLabels: { app: 'my-nginx' } } }] }, { ports: [{ port: 53 }] }],
] as const;

/** What goes wrong in practice, each with random values. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'selector value',
    line: (r) => service({ op: 'replace', path: '/spec/selector/app', value: slip(r, 'my-nginx') }),
  },
  {
    name: 'selector key',
    line: (r) =>
      service({
        op: 'replace',
        path: '/spec/selector',
        value: { [pick(r, ['run', 'name', 'tier', 'apps'])]: 'my-nginx' },
      }),
  },
  {
    name: 'selector with one term more',
    line: (r) => service({ op: 'add', path: '/spec/selector/tier', value: pick(r, ['web', 'front', 'back']) }),
  },
  {
    name: 'selector of others',
    line: (r) => service({ op: 'replace', path: '/spec/selector/app', value: pick(r, ['cache', 'store']) }),
  },
  {
    name: 'targetPort number',
    line: (r) =>
      service({ op: 'replace', path: '/spec/ports/0/targetPort', value: pick(r, [8080, 81, 443, 3000, 5000, 9376]) }),
  },
  {
    name: 'targetPort name',
    line: (r) =>
      service({ op: 'replace', path: '/spec/ports/0/targetPort', value: pick(r, ['http', 'web', 'htpt', 'nginx']) }),
  },
  {
    name: 'port',
    line: (r) => service({ op: 'replace', path: '/spec/ports/0/port', value: pick(r, [8080, 81, 8000, 443]) }),
  },
  { name: 'protocol', line: () => service({ op: 'replace', path: '/spec/ports/0/protocol', value: 'UDP' }) },
  { name: 'replicas', line: () => 'kubectl scale deployment my-nginx --replicas=0' },
  {
    name: 'image name',
    line: (r) => pods({ op: 'replace', path: `${template}/containers/0/image`, value: slip(r, 'nginx') }),
  },
  {
    name: 'image tag',
    line: (r) =>
      pods({
        op: 'replace',
        path: `${template}/containers/0/image`,
        value: `nginx:${pick(r, ['latset', '9.99', '1.2.3.4'])}`,
      }),
  },
  {
    name: 'probe port',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/readinessProbe`,
        value: { periodSeconds: 2, [pick(r, ['httpGet', 'tcpSocket'])]: { port: pick(r, [8080, 81, 3000]) } },
      }),
  },
  {
    name: 'probe path',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/readinessProbe`,
        value: { periodSeconds: 2, httpGet: { port: 80, path: pick(r, ['/healthz', '/ready', '/status']) } },
      }),
  },
  {
    name: 'probe command',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/readinessProbe`,
        value: {
          periodSeconds: 2,
          exec: { command: pick(r, [['cat', '/tmp/ready'], ['false'], ['test', '-f', '/ok']]) },
        },
      }),
  },
  {
    name: 'nodeSelector',
    line: (r) => pods({ op: 'add', path: `${template}/nodeSelector`, value: { disk: pick(r, ['ssd', 'nvme']) } }),
  },
  {
    name: 'requests',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/resources`,
        value: { requests: { [pick(r, ['cpu', 'memory'])]: '512Gi' } },
      }),
  },
  {
    name: 'command',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/command`,
        value: pick(r, [['ngnix'], ['/bin/nginx-debug'], ['true']]),
      }),
  },
  {
    name: 'Secret volume',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/volumes`,
        value: [{ name: 'v', secret: { secretName: pick(r, ['keys', 'nginxsecret']) } }],
      }),
  },
  {
    name: 'ConfigMap in the environment',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/envFrom`,
        value: [{ configMapRef: { name: pick(r, ['settings', 'conf']) } }],
      }),
  },
  {
    name: 'ConfigMap key',
    line: (r) =>
      `kubectl create configmap settings --from-literal=colour=red; ${pods({ op: 'add', path: `${template}/containers/0/env`, value: [{ name: 'C', valueFrom: { configMapKeyRef: { name: 'settings', key: pick(r, ['color', 'shape']) } } }] })}`,
  },
  { name: 'scheduler', line: () => pods({ op: 'add', path: `${template}/schedulerName`, value: 'my-scheduler' }) },
  {
    name: 'cordon',
    line: () => 'kubectl cordon -l kubernetes.io/os=linux; kubectl delete pods -l app=my-nginx --wait=false',
  },
  {
    name: 'node off',
    line: (r) => `ssh ${pick(r, ['kubernetes-minion-905m', 'kubernetes-minion-ljyd'])} sudo poweroff`,
  },
  { name: 'Service deleted', line: () => 'kubectl delete service my-nginx' },
  { name: 'CoreDNS scaled to zero', line: () => 'kubectl scale deployment coredns -n kube-system --replicas=0' },
  {
    name: 'externalTrafficPolicy',
    line: () =>
      `${service({ op: 'add', path: '/spec/externalTrafficPolicy', value: 'Local' })}; kubectl scale deployment my-nginx --replicas=1`,
  },
  {
    name: 'internalTrafficPolicy',
    line: () =>
      `${service({ op: 'replace', path: '/spec/internalTrafficPolicy', value: 'Local' })}; kubectl scale deployment my-nginx --replicas=1`,
  },
  {
    name: 'a ConfigMap with a bad configuration',
    line: (r) =>
      `kubectl create configmap conf --from-literal=default.conf='server { root /usr/share/nginx/html; ${pick(r, ['lissten 80;', 'listen 80', 'listen 127.0.0.1:80;', 'listen 8080;', 'listen 80; sever_name x;'])} }'; ${pods({ op: 'add', path: `${template}/volumes`, value: [{ name: 'c', configMap: { name: 'conf' } }] }, { op: 'add', path: `${template}/containers/0/volumeMounts`, value: [{ name: 'c', mountPath: '/etc/nginx/conf.d' }] })}`,
  },
  {
    name: 'liveness probe',
    line: (r) =>
      pods({
        op: 'add',
        path: `${template}/containers/0/livenessProbe`,
        value: {
          periodSeconds: 2,
          failureThreshold: 1,
          httpGet: pick(r, [{ port: 8080 }, { port: 80, path: '/alive' }]),
        },
      }),
  },
  {
    name: 'a container before it that fails',
    line: () =>
      pods({
        op: 'add',
        path: `${template}/initContainers`,
        value: [{ name: 'first', image: 'busybox', command: ['false'] }],
      }),
  },
  {
    name: 'taint',
    line: () => 'kubectl taint nodes --all team=data:NoSchedule; kubectl delete pods -l app=my-nginx --wait=false',
  },
  {
    name: 'account',
    line: () => pods({ op: 'add', path: `${template}/serviceAccountName`, value: 'web' }),
  },
  {
    name: 'NetworkPolicy for what comes in',
    line: (r) =>
      policy('to-web', { podSelector: pick(r, [{}, { matchLabels: { app: 'my-nginx' } }]), ...pick(r, INGRESS) }),
  },
  {
    name: 'NetworkPolicy for what goes out',
    line: (r) =>
      policy('from-client', {
        podSelector: pick(r, [{}, { matchLabels: { run: 'client' } }]),
        policyTypes: ['Egress'],
        egress: pick(r, EGRESS),
      }),
  },
  {
    name: 'selector of the DNS Service',
    line: (r) =>
      `kubectl -n kube-system set selector service kube-dns ${pick(r, ['k8s-app=coredns', 'app=kube-dns', 'k8s-app=dns'])}`,
  },
  {
    name: 'targetPort of the DNS Service',
    line: (r) =>
      `kubectl -n kube-system ${json('service', 'kube-dns', { op: 'replace', path: '/spec/ports/0/targetPort', value: pick(r, [5353, 'dns-udp', 54]) }).slice('kubectl '.length)}`,
  },
  {
    name: 'node port',
    line: (r) => service({ op: 'replace', path: '/spec/ports/0/nodePort', value: pick(r, [30081, 30800, 31080]) }),
  },
  { name: 'type', line: () => `kubectl patch service my-nginx -p '{"spec":{"type":"ClusterIP"}}'` },
  {
    name: 'endpoints by hand',
    line: (r) =>
      `${service({ op: 'remove', path: '/spec/selector' })}; kubectl delete endpointslices -l kubernetes.io/service-name=my-nginx; kubectl delete endpoints my-nginx; ${manifest(
        {
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'my-nginx' } },
          addressType: 'IPv4',
          ports: [{ port: 80 }],
          endpoints: [{ addresses: [`10.244.${pick(r, [2, 3])}.2${pick(r, [10, 22, 33])}`] }],
        },
      )}`,
  },
  {
    name: 'headless',
    line: (r) =>
      `kubectl delete service my-nginx; kubectl expose deployment my-nginx --cluster-ip=None --port=${pick(r, [80, 8000])} --target-port=80`,
  },
  {
    name: 'ExternalName',
    line: (r) =>
      `kubectl delete service my-nginx; kubectl create service externalname my-nginx --external-name=${pick(r, ['exmaple.com', 'my-nginx', 'store.shop'])}`,
  },
];

/** What is asked: from a pod by name, from a node by address, from the laptop by a node's port; and what is asked wrongly. */
export const REQUESTS = [
  'kubectl exec client -- curl -sS --max-time 3 http://my-nginx',
  'kubectl exec client -- curl -sS --max-time 3 http://my-nginx.default.svc.cluster.local',
  'curl -sS --max-time 3 http://104.197.41.11:30080',
  'curl -sS --max-time 3 http://23.251.152.56:30080',
  'ssh kubernetes-minion-ljyd curl -sS --max-time 3 http://$(kubectl get service my-nginx -o jsonpath={.spec.clusterIP})',
  'kubectl exec client -- curl -sS --max-time 3 http://my-nginx:8080',
  'kubectl exec client -- curl -sS --max-time 3 http://my-ngnix',
  'kubectl exec client -- curl -sS --max-time 3 https://my-nginx:80',
  'curl -sS --max-time 3 http://$(kubectl get service my-nginx -o jsonpath={.spec.clusterIP})',
] as const;

/** A broken setup and a request, from chance alone. */
export interface Scenario {
  readonly mutations: readonly string[];
  readonly setup: string;
  readonly request: string;
}

/** The beginning of every scenario: a Service of type NodePort that works, two other workloads, and a client. */
export const WORKING = `kubectl create deployment my-nginx --image=nginx --replicas=2 --port=80
kubectl create deployment store --image=nginx --port=80
kubectl create deployment cache --image=busybox -- sleep 1000000
kubectl create service nodeport my-nginx --tcp=80:80 --node-port=30080
kubectl run client --image=radial/busyboxplus:curl --command -- sleep 1000000
kubectl wait --for=condition=Ready pod --all --timeout=60s`;

/** One to `most` things broken at once, and a request. */
export function scenario(random: Random, most: number): Scenario {
  const count = 1 + random.below(most);
  const chosen = Array.from({ length: count }, () => pick(random, MUTATIONS));
  return {
    mutations: chosen.map((each) => each.name),
    setup: chosen.map((each) => each.line(random)).join('\n'),
    request: pick(random, REQUESTS),
  };
}
