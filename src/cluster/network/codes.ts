/** What a code of a step means, and the names of the values that come with it (some only where they apply). */
export interface CodeMeaning {
  readonly summary: string;
  readonly facts: readonly string[];
}

/**
 * The stable codes of trace steps. A code never changes its meaning; new ones are added. Translations turn a code and its facts
 * into words.
 */
export const STEP_CODES = {
  'client.connect': { summary: 'A program opens a connection or sends a datagram.', facts: ['program'] },
  'client.echo': { summary: 'A program sends an ICMP echo request.', facts: ['program'] },
  'client.receive': { summary: 'The program has its answer.', facts: ['status'] },
  'client.refused': { summary: 'The program learns that it was refused.', facts: ['reporter'] },
  'client.timeout': { summary: 'The program gives up: nothing came back.', facts: [] },
  'client.unreachable': { summary: 'The program learns that nobody has the address.', facts: ['reporter'] },
  'local.deliver': { summary: 'The destination is this very machine or pod.', facts: ['address'] },
  'proxy.dnat': {
    summary:
      "kube-proxy's rules put an endpoint's address in place of the Service's. `masquerade` is the sender's new address, `probability` that of the rule (none for the last), `affinity` the seconds of session affinity when it decided.",
    facts: [
      'service',
      'chain',
      'endpointChain',
      'endpoint',
      'endpoints',
      'probability',
      'affinity',
      'masquerade',
      'terminating',
    ],
  },
  'proxy.reject': {
    summary: 'The Service has no ready endpoint: the rules answer with an ICMP port unreachable.',
    facts: ['service', 'comment', 'node'],
  },
  'proxy.drop': {
    summary: 'A Local traffic policy and no endpoint on this node: the rules drop the packet.',
    facts: ['service', 'comment', 'node'],
  },
  'proxy.firewall': {
    summary: "The sender is in none of the load balancer's source ranges: the rules drop the packet.",
    facts: ['service', 'ranges'],
  },
  'proxy.restore': { summary: 'The reply gets the address back that the client asked.', facts: [] },
  'egress.masquerade': { summary: "A pod's packet leaves the cluster under its node's address.", facts: ['node'] },
  'egress.restore': { summary: "The reply from outside gets the pod's address back.", facts: [] },
  'route.out': { summary: 'The packet leaves a node by its eth0.', facts: ['cidr', 'via', 'to'] },
  'route.in': { summary: 'The packet enters a node and crosses its bridge.', facts: ['node'] },
  'bridge.cross': { summary: 'The packet crosses the bridge of its own node.', facts: ['node'] },
  'route.none': { summary: 'Outside of the cluster no route leads to this address.', facts: ['cidr', 'address'] },
  'route.lost': {
    summary: 'The packet follows the default route to where nobody has the address.',
    facts: ['cidr', 'address', 'service'],
  },
  'host.none': { summary: "Nobody on the node's bridge has the address.", facts: ['address', 'node', 'reporter'] },
  'icmp.unowned': { summary: 'A ClusterIP belongs to no machine and no rule matches ICMP.', facts: ['service'] },
  'node.dark': {
    summary: 'The node has no power. `reporter` says who noticed, once the neighbours have.',
    facts: ['node', 'reporter'],
  },
  'cloud.nat': { summary: "The cloud puts a node's internal address in place of its external one.", facts: ['node'] },
  'cloud.egress': {
    summary: "The cloud puts a node's external address in place of its internal one.",
    facts: ['node'],
  },
  'cloud.balance': { summary: 'The load balancer picks a node.', facts: ['node', 'healthy'] },
  'cloud.proxy': { summary: 'The load balancer opens a connection of its own to the node port.', facts: ['node'] },
  'cloud.restore': { summary: 'The reply gets the address back under which the cloud is known outside.', facts: [] },
  'docker.in': { summary: 'The packet enters a Docker host.', facts: ['node'] },
  'docker.cross': { summary: "The packet crosses docker0, the host's own bridge.", facts: ['node'] },
  'docker.publish': {
    summary: "A published port: Docker's rule on the host puts the container's address in place of the host's.",
    facts: ['port', 'container', 'endpoint'],
  },
  'docker.proxy': {
    summary: 'A published port asked from the host itself or from its bridge: docker-proxy passes the request on.',
    facts: ['port', 'container', 'endpoint'],
  },
  'docker.masquerade': {
    summary: "A container's packet leaves its host under the host's address.",
    facts: ['node', 'masquerade'],
  },
  'docker.restore': { summary: 'The reply gets back the address that the host had rewritten.', facts: [] },
  'server.answer': { summary: 'The server answers.', facts: ['program', 'status'] },
  'server.echo': { summary: 'The kernel of the destination answers the echo request.', facts: [] },
  'server.refuse': {
    summary:
      'Nothing listens on the port: the kernel answers with a reset. `listens` names the ports that do listen, `bound` the address that a listener of this port is bound to, `other` a protocol in which the port does listen.',
    facts: ['port', 'protocol', 'listens', 'bound', 'other'],
  },
  'server.silent': { summary: 'A firewall in front of the server drops what it does not serve.', facts: ['port'] },
  'server.close': { summary: 'The server closes the connection without an answer.', facts: ['program'] },
  'dns.ask': { summary: 'The resolver asks for a name.', facts: ['query', 'type'] },
  'dns.answer': { summary: 'The DNS server knows the name.', facts: ['query', 'type', 'answer'] },
  'dns.nodata': { summary: 'The DNS server knows the name, but has no record of this type.', facts: ['query', 'type'] },
  'dns.nxdomain': { summary: 'The DNS server knows no such name.', facts: ['query', 'type', 'rcode'] },
  'dns.receive': { summary: 'The resolver has its answer.', facts: ['query', 'type', 'answer'] },
  'tls.handshake': { summary: 'Client and server agree on keys.', facts: ['serverName'] },
  'tls.plain': { summary: 'The server does not speak TLS on this port.', facts: ['program'] },
} as const satisfies Readonly<Record<string, CodeMeaning>>;

export type KnownStepCode = keyof typeof STEP_CODES;

/** The stable codes of causes. In a chain the symptom comes first, what a person can change last. */
export const CAUSE_CODES = {
  'symptom.refused': { summary: 'The connection was refused.', facts: ['target'] },
  'symptom.timeout': { summary: 'Nothing came back.', facts: ['target'] },
  'symptom.unreachable': { summary: 'Nobody has the address.', facts: ['target', 'reporter'] },
  'symptom.name': { summary: 'The name has no address.', facts: ['target'] },
  'symptom.empty': { summary: 'The server closed the connection without an answer.', facts: ['target'] },
  'symptom.protocol': { summary: 'The answer came in another protocol.', facts: ['target'] },
  'rules.reject': { summary: 'The rules of the node reject the Service.', facts: ['node', 'comment', 'rule'] },
  'rules.drop': { summary: 'The rules of the node drop packets for the Service.', facts: ['node', 'comment', 'rule'] },
  'service.no-endpoints': { summary: 'The Service has no ready endpoint.', facts: ['service', 'slices'] },
  'service.no-local-endpoints': {
    summary: 'The Service takes only endpoints of the node, and the node has none.',
    facts: ['service', 'node', 'policy'],
  },
  'service.no-selector': {
    summary: 'The Service has no selector, and nobody wrote endpoints for it.',
    facts: ['service'],
  },
  'selector.no-match': {
    summary: 'The selector matches no pod. `labels` are the labels that pods of the namespace have.',
    facts: ['selector', 'labels', 'pods', 'key', 'wanted', 'found'],
  },
  'selector.no-pods': {
    summary: 'There is no pod in the namespace that the selector could match.',
    facts: ['selector', 'namespace'],
  },
  'deployment.scaled-to-zero': {
    summary: 'The Deployment whose pods it selects asks for none.',
    facts: ['deployment'],
  },
  'pods.not-ready': { summary: 'The pods that match are not ready.', facts: ['count', 'reason', 'container'] },
  'target-port.name-unknown': {
    summary: 'No container of the pods names its port as the targetPort does.',
    facts: ['targetPort', 'names'],
  },
  'port.nobody-listens': {
    summary: 'Nothing listens on the port in the pod.',
    facts: ['port', 'listens', 'program'],
  },
  'port.loopback-only': {
    summary: 'The program listens on 127.0.0.1 alone: only its own pod reaches it.',
    facts: ['port', 'bound'],
  },
  'port.other-protocol': { summary: 'The port listens in another protocol.', facts: ['port', 'other'] },
  'target-port.wrong': {
    summary: "The Service's targetPort is not the port on which the container listens.",
    facts: ['targetPort', 'listens'],
  },
  'service.port-unknown': { summary: 'The Service has no such port.', facts: ['asked', 'ports', 'service'] },
  'cluster-ip.icmp': { summary: 'A ClusterIP answers no ping: no rule matches ICMP.', facts: ['service'] },
  'outside.no-route': { summary: 'The client is outside of the cluster.', facts: ['address', 'range', 'owner'] },
  'firewall.source-ranges': {
    summary: "The load balancer's source ranges leave the client out.",
    facts: ['ranges', 'client'],
  },
  'balancer.no-node': { summary: 'No node passes the health checks of the load balancer.', facts: [] },
  'node.power': { summary: 'The node has no power.', facts: ['node'] },
  'address.unassigned': { summary: 'No pod has this address any more.', facts: ['address'] },
  'address.unknown': { summary: 'Nobody has this address.', facts: ['address'] },
  'name.unknown': { summary: 'No Service and no host has this name.', facts: ['name', 'similar', 'namespace'] },
  'name.other-namespace': {
    summary: 'A Service of this name is in another namespace.',
    facts: ['name', 'namespace', 'found'],
  },
  'name.outside': { summary: 'Names of the cluster are not known outside of it.', facts: ['name', 'server'] },
  'dns.unanswered': { summary: 'No DNS server answered.', facts: ['server'] },
} as const satisfies Readonly<Record<string, CodeMeaning>>;

export type KnownCauseCode = keyof typeof CAUSE_CODES;
