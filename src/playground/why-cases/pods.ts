import { add, clusterIP, configured, json, recreate, template, type WhyCase, web } from './case.ts';

/** Pods that do not take the traffic. */
export const PODS: readonly WhyCase[] = [
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
    name: 'a terminating endpoint during a rolling update',
    setup: 'kubectl scale deployment my-nginx --replicas=1; sleep 5',
    wait: 1,
    request: `kubectl delete pod -l app=my-nginx --wait=false; ${web}`,
    code: 'server.refuse',
    last: 'pod.terminating',
    fix: 'wait',
  },
  {
    name: 'crash loop: liveness probe on a path that is not there',
    setup: `${json('deployment', 'my-nginx', add(`${template}/containers/0/livenessProbe`, { httpGet: { port: 80, path: '/alive' }, periodSeconds: 2, failureThreshold: 1 }))}
${recreate}`,
    wait: 60,
    request: web,
    code: 'proxy.reject',
    last: 'probe.path-wrong',
    field: 'spec.template.spec.containers[0].livenessProbe.httpGet.path',
    fix: 'probe.set-path',
  },
  {
    name: 'an init container that fails',
    setup: `${json('deployment', 'my-nginx', add(`${template}/initContainers`, [{ name: 'first', image: 'busybox', command: ['false'] }]))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'init.fails',
    field: 'spec.template.spec.initContainers[0]',
    fix: 'init.remove',
  },
  {
    name: 'a ServiceAccount that does not exist',
    setup: `${json('deployment', 'my-nginx', add(`${template}/serviceAccountName`, 'web'))}
${recreate}`,
    wait: 20,
    request: web,
    code: 'proxy.reject',
    last: 'account.missing',
    field: 'spec.template.spec.serviceAccountName',
    fix: 'account.create',
  },
];
