import { PRINTED } from './printed-pair.ts';

/** A broken cluster, a request that fails on it, and what is to be said about it. */
export interface WhyCase {
  readonly name: string;
  /** Shell lines on the laptop, after the common beginning: Deployment my-nginx (2 pods), its Service, a pod `client` with curl. */
  readonly setup: string;
  /** Virtual seconds before the request; 2 unless said. */
  readonly wait?: number;
  /** The request, a shell line on the laptop. */
  readonly request: string;
  /** Code of the trace's decisive step. */
  readonly code: string;
  /** The chain's last link, and the field it points to. */
  readonly last: string;
  readonly field?: string;
  /** Code of the fix that is proposed first. */
  readonly fix: string;
}

const json = (kind: string, name: string, ...steps: readonly object[]) =>
  `kubectl patch ${kind} ${name} --type=json -p '${JSON.stringify(steps)}'`;
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const template = '/spec/template/spec';
const web = 'kubectl exec client -- curl -sS --max-time 3 http://my-nginx';
const recreate =
  'kubectl scale deployment my-nginx --replicas=0; sleep 3; kubectl scale deployment my-nginx --replicas=2';
const clusterIP = '$(kubectl get service my-nginx -o jsonpath={.spec.clusterIP})';
const nodePort = '$(kubectl get service my-nginx -o jsonpath={.spec.ports[0].nodePort})';
const external = '104.197.41.11';

/** A pod's template that mounts a ConfigMap as nginx's configuration. */
const configured = (config: string) => `kubectl create configmap web-conf --from-literal=default.conf='${config}'
${json(
  'deployment',
  'my-nginx',
  add(`${template}/volumes`, [{ name: 'conf', configMap: { name: 'web-conf' } }]),
  add(`${template}/containers/0/volumeMounts`, [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }]),
)}
${recreate}`;

/** An https server that takes its key and its certificate from a Secret. */
const https = (
  files: string,
) => `openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout a.key -out a.crt -subj /CN=web/O=web
openssl genrsa -out b.key 2048; head -c 400 a.key > short.key
kubectl create secret generic web-keys ${files}
kubectl create deployment web --image=bprashanth/nginxhttps:1.0
${json(
  'deployment',
  'web',
  add(`${template}/volumes`, [{ name: 'keys', secret: { secretName: 'web-keys' } }]),
  add(`${template}/containers/0/volumeMounts`, [{ name: 'keys', mountPath: '/etc/nginx/ssl' }]),
)}
kubectl expose deployment web --port=443`;
const secure = 'kubectl exec client -- curl -ksS --max-time 3 https://web';

/** A NetworkPolicy that selects pods by their labels. */
const policy = (name: string, spec: object) => `kubectl apply -f - <<'END'
${JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec })}
END`;

export const CASES: readonly WhyCase[] = [
  {
    name: 'selector matches nothing: a value misspelt',
    setup: json('service', 'my-nginx', replace('/spec/selector/app', 'my-ngnix')),
    request: web,
    code: 'proxy.reject',
    last: 'selector.no-match',
    field: 'spec.selector.app',
    fix: 'selector.set',
  },
  {
    name: 'selector matches nothing: another key',
    setup: json('service', 'my-nginx', replace('/spec/selector', { run: 'my-nginx' })),
    request: web,
    code: 'proxy.reject',
    last: 'selector.no-match',
    field: 'spec.selector.run',
    fix: 'selector.set',
  },
  {
    name: 'selector matches the wrong pods',
    setup: `kubectl create deployment cache --image=busybox -- sleep 100000
sleep 8; ${json('service', 'my-nginx', replace('/spec/selector/app', 'cache'))}`,
    request: web,
    code: 'server.refuse',
    last: 'selector.wrong-pods',
    field: 'spec.selector',
    fix: 'selector.set',
  },
  {
    name: 'targetPort number that nobody listens on',
    setup: json('service', 'my-nginx', replace('/spec/ports/0/targetPort', 8080)),
    request: web,
    code: 'server.refuse',
    last: 'target-port.wrong',
    field: 'spec.ports[0].targetPort',
    fix: 'target-port.set',
  },
  {
    name: 'targetPort name that no container has',
    setup: json('service', 'my-nginx', replace('/spec/ports/0/targetPort', 'http')),
    request: web,
    code: 'proxy.reject',
    last: 'target-port.name-unknown',
    field: 'spec.ports[0].targetPort',
    fix: 'target-port.set',
  },
  {
    name: 'container listens on 127.0.0.1 only',
    setup: configured('server { listen 127.0.0.1:80; root /usr/share/nginx/html; }'),
    wait: 20,
    request: web,
    code: 'server.refuse',
    last: 'config.loopback',
    field: 'data.default.conf',
    fix: 'config.set',
  },
  {
    name: 'no pod ready: readiness probe on the wrong port',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/readinessProbe`, { httpGet: { port: 8080, path: '/' }, periodSeconds: 2 }))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'probe.port-wrong',
    field: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
    fix: 'probe.set-port',
  },
  {
    name: 'no pod ready: readiness probe on a path that is not there',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/readinessProbe`, { httpGet: { port: 80, path: '/ready' }, periodSeconds: 2 }))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'probe.path-wrong',
    field: 'spec.template.spec.containers[0].readinessProbe.httpGet.path',
    fix: 'probe.set-path',
  },
  {
    name: 'no pod ready: a readiness command that fails',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/readinessProbe`, { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 2 }))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'probe.command-fails',
    fix: 'probe.remove',
  },
  {
    name: 'crash loop: bad configuration',
    setup: configured('server { lissten 80; root /usr/share/nginx/html; }'),
    wait: 40,
    request: web,
    code: 'proxy.reject',
    last: 'config.invalid',
    field: 'data.default.conf',
    fix: 'config.set',
  },
  {
    name: 'crash loop: a semicolon forgotten',
    setup: configured('server { root /usr/share/nginx/html; listen 80 }'),
    wait: 40,
    request: web,
    code: 'proxy.reject',
    last: 'config.invalid',
    fix: 'config.set',
  },
  {
    name: 'crash loop: a command that does not exist',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/command`, ['ngnix']))}
${recreate}`,
    wait: 40,
    request: web,
    code: 'proxy.reject',
    last: 'command.not-found',
    fix: 'command.remove',
  },
  {
    name: 'image misspelt',
    setup: `kubectl set image deployment/my-nginx nginx=ngnix
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'image.not-pulled',
    field: 'spec.template.spec.containers[0].image',
    fix: 'image.set',
  },
  {
    name: 'image tag that does not exist',
    setup: `kubectl set image deployment/my-nginx nginx=nginx:9.99
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'image.not-pulled',
    fix: 'image.set',
  },
  {
    name: 'pod unschedulable: nodeSelector',
    setup: `${json('deployment', 'my-nginx', add(`${template}/nodeSelector`, { disk: 'ssd' }))}
${recreate}`,
    wait: 10,
    request: web,
    code: 'proxy.reject',
    last: 'node-selector.no-node',
    field: 'spec.template.spec.nodeSelector',
    fix: 'node-selector.remove',
  },
  {
    name: 'pod unschedulable: requests more than a node has',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/resources`, { requests: { cpu: '64' } }))}
${recreate}`,
    wait: 10,
    request: web,
    code: 'proxy.reject',
    last: 'requests.too-large',
    fix: 'requests.lower',
  },
  {
    name: 'pod unschedulable: every node cordoned',
    setup: `kubectl cordon kubernetes-minion-905m kubernetes-minion-ljyd
${recreate}`,
    wait: 10,
    request: web,
    code: 'proxy.reject',
    last: 'node.cordoned',
    field: 'spec.unschedulable',
    fix: 'node.uncordon',
  },
  {
    name: 'Secret missing',
    setup: `${json(
      'deployment',
      'my-nginx',
      add(`${template}/volumes`, [{ name: 'keys', secret: { secretName: 'web-keys' } }]),
      add(`${template}/containers/0/volumeMounts`, [{ name: 'keys', mountPath: '/keys' }]),
    )}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'secret.missing',
    field: 'spec.template.spec.volumes[0].secret.secretName',
    fix: 'secret.create',
  },
  {
    name: 'Secret misspelt',
    setup: `kubectl create secret generic web-keys --from-literal=a=b
${json(
  'deployment',
  'my-nginx',
  add(`${template}/volumes`, [{ name: 'keys', secret: { secretName: 'web-kyes' } }]),
  add(`${template}/containers/0/volumeMounts`, [{ name: 'keys', mountPath: '/keys' }]),
)}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'secret.missing',
    fix: 'reference.set',
  },
  {
    name: 'ConfigMap missing',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/envFrom`, [{ configMapRef: { name: 'settings' } }]))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'configmap.missing',
    field: 'spec.template.spec.containers[0].envFrom[0].configMapRef.name',
    fix: 'configmap.create',
  },
  {
    name: 'ConfigMap key missing',
    setup: `kubectl create configmap settings --from-literal=colour=red
${json('deployment', 'my-nginx', add(`${template}/containers/0/env`, [{ name: 'C', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } }]))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'configmap.key-missing',
    fix: 'key.copy',
  },
  {
    name: 'scaled to zero',
    setup: 'kubectl scale deployment my-nginx --replicas=0',
    wait: 10,
    request: web,
    code: 'proxy.reject',
    last: 'deployment.scaled-to-zero',
    field: 'spec.replicas',
    fix: 'replicas.set',
  },
  {
    name: 'wrong port asked of the Service',
    setup: '',
    request: `${web}:8080`,
    code: 'route.lost',
    last: 'service.port-unknown',
    field: 'spec.ports',
    fix: 'ask.port',
  },
  {
    name: 'UDP against TCP',
    setup: json('service', 'my-nginx', replace('/spec/ports/0/protocol', 'UDP')),
    request: web,
    code: 'route.lost',
    last: 'service.port-protocol',
    field: 'spec.ports[0].protocol',
    fix: 'protocol.set',
  },
  {
    name: 'name misspelt',
    setup: '',
    request: 'kubectl exec client -- curl -sS http://my-ngnix',
    code: 'dns.nxdomain',
    last: 'name.unknown',
    fix: 'ask.name',
  },
  {
    name: 'name in another namespace',
    setup: `kubectl create namespace shop
kubectl create deployment store --image=nginx -n shop
kubectl expose deployment store --port=80 -n shop; sleep 10`,
    request: 'kubectl exec client -- curl -sS http://store',
    code: 'dns.nxdomain',
    last: 'name.other-namespace',
    fix: 'ask.name',
  },
  {
    name: 'CoreDNS gone',
    setup: 'kubectl scale deployment coredns -n kube-system --replicas=0; sleep 10',
    request: web,
    code: 'proxy.reject',
    last: 'deployment.scaled-to-zero',
    field: 'spec.replicas',
    fix: 'replicas.set',
  },
  {
    name: 'Service missing',
    setup: 'kubectl delete service my-nginx',
    request: web,
    code: 'dns.nxdomain',
    last: 'service.missing',
    fix: 'service.create',
  },
  {
    name: 'ClusterIP asked from outside',
    setup: '',
    request: `curl -sS --max-time 3 http://${clusterIP}`,
    code: 'route.none',
    last: 'outside.no-route',
    field: 'spec.type',
    fix: 'ask.inside',
  },
  {
    name: 'pod IP asked from outside',
    setup: '',
    request: "curl -sS --max-time 3 http://$(kubectl get pods -l app=my-nginx -o jsonpath='{.items[0].status.podIP}')",
    code: 'route.none',
    last: 'outside.no-route',
    fix: 'ask.inside',
  },
  {
    name: 'name of a Service asked from outside',
    setup: '',
    request: 'curl -sS http://my-nginx',
    code: 'dns.nxdomain',
    last: 'name.outside',
    fix: 'ask.inside',
  },
  {
    name: 'ping to a ClusterIP',
    setup: '',
    request: `kubectl exec client -- ping -c 1 -W 1 ${clusterIP}`,
    code: 'icmp.unowned',
    last: 'cluster-ip.icmp',
    field: 'spec.clusterIP',
    fix: 'ask.tcp',
  },
  {
    name: 'NodePort wrong',
    setup: json('service', 'my-nginx', replace('/spec/type', 'NodePort'), add('/spec/ports/0/nodePort', 30100)),
    request: `curl -sS --max-time 3 http://${external}:30001`,
    code: 'server.refuse',
    last: 'node-port.wrong',
    field: 'spec.ports[0].nodePort',
    fix: 'ask.node-port',
  },
  {
    name: 'NodePort on a dead node',
    setup: `${json('service', 'my-nginx', replace('/spec/type', 'NodePort'))}
ssh kubernetes-minion-905m sudo poweroff`,
    wait: 60,
    request: `curl -sS --max-time 3 http://${external}:${nodePort}`,
    code: 'node.dark',
    last: 'node.power',
    fix: 'ask.node',
  },
  {
    name: 'externalTrafficPolicy Local without a local endpoint',
    setup: `${json('service', 'my-nginx', replace('/spec/type', 'NodePort'), add('/spec/externalTrafficPolicy', 'Local'))}
${json('deployment', 'my-nginx', add(`${template}/nodeName`, 'kubernetes-minion-ljyd'))}; sleep 15`,
    request: `curl -sS --max-time 3 http://${external}:${nodePort}`,
    code: 'proxy.drop',
    last: 'service.no-local-endpoints',
    field: 'spec.externalTrafficPolicy',
    fix: 'policy.cluster',
  },
  {
    name: 'LoadBalancer still pending',
    setup: `${json('service', 'my-nginx', replace('/spec/type', 'LoadBalancer'))}`,
    wait: 0.5,
    request: `curl -sS --max-time 3 http://${clusterIP}`,
    code: 'route.none',
    last: 'balancer.pending',
    field: 'status.loadBalancer',
    fix: 'balancer.wait',
  },
  {
    name: 'load balancer with no healthy node',
    setup: `${json('service', 'my-nginx', replace('/spec/type', 'LoadBalancer'), add('/spec/externalTrafficPolicy', 'Local'))}
kubectl wait --for='jsonpath={.status.loadBalancer.ingress}' service/my-nginx --timeout=180s
kubectl scale deployment my-nginx --replicas=0; sleep 20`,
    request:
      "curl -sS --max-time 3 http://$(kubectl get service my-nginx -o jsonpath='{.status.loadBalancer.ingress[0].ip}')",
    code: 'cloud.balance',
    last: 'deployment.scaled-to-zero',
    fix: 'replicas.set',
  },
  {
    name: 'load balancer that lets others in',
    setup: `${json('service', 'my-nginx', replace('/spec/type', 'LoadBalancer'), add('/spec/loadBalancerSourceRanges', ['203.0.113.0/24']))}
kubectl wait --for='jsonpath={.status.loadBalancer.ingress}' service/my-nginx --timeout=180s; sleep 2`,
    request:
      "curl -sS --max-time 3 http://$(kubectl get service my-nginx -o jsonpath='{.status.loadBalancer.ingress[0].ip}')",
    code: 'proxy.firewall',
    last: 'firewall.source-ranges',
    field: 'spec.loadBalancerSourceRanges',
    fix: 'source-range.add',
  },
  {
    name: 'ExternalName that nobody has',
    setup: 'kubectl create service externalname docs --external-name exmaple.com',
    request: 'kubectl exec client -- curl -sS http://docs',
    code: 'dns.nxdomain',
    last: 'external-name.unknown',
    field: 'spec.externalName',
    fix: 'external-name.set',
  },
  {
    name: 'headless Service asked on the port of the Service',
    setup: 'kubectl expose deployment my-nginx --name=direct --cluster-ip=None --port=8000 --target-port=80',
    request: 'kubectl exec client -- curl -sS http://direct:8000',
    code: 'server.refuse',
    last: 'headless.no-translation',
    field: 'spec.clusterIP',
    fix: 'ask.port',
  },
  {
    name: 'headless Service without ready pods',
    setup: `kubectl expose deployment my-nginx --name=direct --cluster-ip=None --port=80
kubectl scale deployment my-nginx --replicas=0; sleep 10`,
    request: 'kubectl exec client -- curl -sS http://direct',
    code: 'dns.nxdomain',
    last: 'deployment.scaled-to-zero',
    fix: 'replicas.set',
  },
  {
    name: 'session affinity: why always this pod',
    setup: json('service', 'my-nginx', replace('/spec/sessionAffinity', 'ClientIP')),
    request: `${web}; ${web}`,
    code: 'client.receive',
    last: 'affinity.client-ip',
    field: 'spec.sessionAffinity',
    fix: 'affinity.off',
  },
  {
    name: 'endpoints written by hand',
    setup: `cat > hand.yaml <<'EOF'
apiVersion: v1
kind: Service
metadata:
  name: hand
spec:
  ports:
  - port: 80
---
apiVersion: v1
kind: Endpoints
metadata:
  name: hand
subsets:
- addresses:
  - ip: 10.244.3.200
  ports:
  - port: 80
EOF
kubectl apply -f hand.yaml`,
    request: 'kubectl exec client -- curl -sS --max-time 5 http://hand',
    code: 'host.none',
    last: 'endpoints.manual',
    fix: 'endpoints.set',
  },
  {
    name: 'no selector and no endpoints',
    setup: json('service', 'my-nginx', { op: 'remove', path: '/spec/selector' }).concat(
      '\nkubectl delete endpointslices -l kubernetes.io/service-name=my-nginx; kubectl delete endpoints my-nginx',
    ),
    request: web,
    code: 'proxy.reject',
    last: 'service.no-selector',
    field: 'spec.selector',
    fix: 'selector.set',
  },
  {
    name: 'publishNotReadyAddresses',
    setup: `${json('service', 'my-nginx', add('/spec/publishNotReadyAddresses', true))}
kubectl create deployment slow --image=busybox -- sleep 100000
${json('deployment', 'slow', add(`${template}/containers/0/readinessProbe`, { tcpSocket: { port: 80 } }), add('/spec/template/metadata/labels/tier', 'web'))}
${json('deployment', 'my-nginx', add('/spec/template/metadata/labels/tier', 'web'))}
sleep 15
${json('service', 'my-nginx', replace('/spec/selector', { tier: 'web' }))}`,
    wait: 5,
    request: `for i in 1 2 3 4 5 6 7 8; do ${web}; done`,
    code: 'server.refuse',
    last: 'service.publishes-not-ready',
    field: 'spec.publishNotReadyAddresses',
    fix: 'not-ready.hide',
  },
  {
    name: 'node down and its pods not yet evicted',
    setup: `kubectl exec client -- true; NODE=$(kubectl get pod client -o jsonpath={.spec.nodeName})
OTHER=$(kubectl get nodes -o name | sed s,node/,, | grep -v $NODE)
kubectl patch deployment my-nginx --type=json -p '[{"op":"add","path":"/spec/template/spec/nodeSelector","value":{"kubernetes.io/hostname":"'$OTHER'"}}]'
sleep 20; ssh $OTHER sudo poweroff`,
    wait: 5,
    request: `kubectl exec client -- curl -sS --max-time 3 http://${clusterIP}`,
    code: 'node.dark',
    last: 'node.power',
    fix: 'power.on',
  },
  {
    name: 'the port of the Deployment changed after expose',
    setup: configured('server { listen 8080; location / { root /usr/share/nginx/html; } }'),
    wait: 20,
    request: web,
    code: 'server.refuse',
    last: 'target-port.wrong',
    field: 'spec.ports[0].targetPort',
    fix: 'target-port.set',
  },
  {
    name: 'https to an http port',
    setup: json('service', 'my-nginx', replace('/spec/ports/0/port', 443), add('/spec/ports/0/targetPort', 80)),
    request: 'kubectl exec client -- curl -sS https://my-nginx',
    code: 'tls.plain',
    last: 'port.speaks-plain',
    fix: 'ask.http',
  },
  {
    name: 'a terminating endpoint during a rolling update',
    setup: 'kubectl scale deployment my-nginx --replicas=1; sleep 5',
    wait: 1,
    request: `kubectl delete pod -l app=my-nginx --wait=false; ${web}`,
    code: 'server.refuse',
    last: 'pod.terminating',
    fix: 'wait',
  },
  {
    name: 'crash loop: the Secret lacks the key',
    setup: https('--from-file=nginx.crt=a.crt --from-file=tls.key=a.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'secret.key-missing',
    field: 'data',
    fix: 'key.copy',
  },
  {
    name: 'crash loop: the private key is cut short',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=short.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'key.broken',
    field: 'data.nginx.key',
    fix: 'keys.renew',
  },
  {
    name: 'crash loop: the private key of another certificate',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=b.key'),
    wait: 40,
    request: secure,
    code: 'proxy.reject',
    last: 'key.mismatched',
    field: 'data.nginx.key',
    fix: 'keys.renew',
  },
  {
    name: 'a certificate that nobody vouches for',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key'),
    wait: 30,
    request: 'kubectl exec client -- curl -sS --max-time 3 https://web',
    code: 'tls.distrust',
    last: 'certificate.self-signed',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'a certificate that has run out',
    setup: `kubectl apply -f - <<'END'
${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'printed' }, data: { 'nginx.crt': PRINTED.certificate, 'nginx.key': PRINTED.key } })}
END
${https('--from-literal=unused=1').replace('"secretName":"web-keys"', '"secretName":"printed"')}
kubectl get secret printed -o jsonpath='{.data.nginx\\.crt}' | base64 -d > printed.crt
${json('service', 'web', replace('/spec/type', 'NodePort'), add('/spec/ports/0/nodePort', 30443))}`,
    wait: 30,
    request: 'curl -sS --max-time 3 --cacert printed.crt https://104.197.41.11:30443',
    code: 'tls.distrust',
    last: 'certificate.expired',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'a certificate of another name',
    setup: `${https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key')}
${json('service', 'web', replace('/spec/type', 'NodePort'), add('/spec/ports/0/nodePort', 30443))}`,
    wait: 30,
    request: 'curl -sS --max-time 3 --cacert a.crt https://104.197.41.11:30443',
    code: 'tls.distrust',
    last: 'certificate.other-name',
    field: 'data.nginx.crt',
    fix: 'ask.anyway',
  },
  {
    name: 'http to an https port',
    setup: https('--from-file=nginx.crt=a.crt --from-file=nginx.key=a.key'),
    wait: 30,
    request: 'kubectl exec client -- curl -ksS --max-time 3 http://web:443',
    code: 'client.receive',
    last: 'port.speaks-tls',
    field: 'spec.ports',
    fix: 'ask.https',
  },
  {
    name: 'a NetworkPolicy lets nobody in',
    setup: policy('deny-all', { podSelector: {}, policyTypes: ['Ingress'] }),
    request: web,
    code: 'policy.ingress',
    last: 'policy.ingress-denied',
    field: 'spec.policyTypes',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets only another pod in',
    setup: policy('web-from-shop', {
      podSelector: { matchLabels: { app: 'my-nginx' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'shop' } } }], ports: [{ port: 80 }] }],
    }),
    request: web,
    code: 'policy.ingress',
    last: 'policy.ingress-denied',
    field: 'spec.ingress',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets a pod send to DNS only',
    setup: policy('dns-only', {
      podSelector: { matchLabels: { run: 'client' } },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
    request: web,
    code: 'policy.egress',
    last: 'policy.egress-denied',
    field: 'spec.egress',
    fix: 'policy.allow',
  },
  {
    name: 'a NetworkPolicy lets a pod send to the web servers, and not to DNS',
    setup: policy('web-only', {
      podSelector: { matchLabels: { run: 'client' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'my-nginx' } } }] }],
    }),
    request: web,
    code: 'policy.egress',
    last: 'policy.egress-denied',
    field: 'spec.egress',
    fix: 'policy.allow',
  },
];
