import { add, configured, json, replace, template, type WhyCase, web } from './case.ts';

/** What is wrong with a Service and its endpoints. */
export const SERVICES: readonly WhyCase[] = [
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
    name: 'the port of the Deployment changed after expose',
    setup: configured('server { listen 8080; location / { root /usr/share/nginx/html; } }'),
    wait: 20,
    request: web,
    code: 'server.refuse',
    last: 'target-port.wrong',
    field: 'spec.ports[0].targetPort',
    fix: 'target-port.set',
  },
];
