import { add, clusterIP, external, json, nodePort, replace, template, type WhyCase } from './case.ts';

/** Ways into the cluster: node ports and load balancers. */
export const ENTRANCES: readonly WhyCase[] = [
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
];
