/** The stable codes of trace steps. `facts` names the values that come with one. */
export const STEP_CODES = {
  'client.connect': { summary: 'A program opens a connection or sends a datagram.', facts: ['program'] },
  'client.echo': { summary: 'A program sends an ICMP echo request.', facts: ['program'] },
  'client.receive': { summary: 'The program has its answer.', facts: ['status'] },
  'client.refused': { summary: 'The program learns that it was refused.', facts: [] },
  'client.timeout': { summary: 'The program gives up: nothing came back.', facts: [] },
  'client.unreachable': { summary: 'The program learns that nobody has the address.', facts: [] },
  'local.deliver': { summary: 'The destination is this very machine or pod.', facts: ['address'] },
  'proxy.dnat': {
    summary: "kube-proxy's rules put an endpoint's address in place of the Service's.",
    facts: ['chain', 'probability', 'endpoints'],
  },
  'proxy.reject': {
    summary: 'The Service has no ready endpoint: the rules answer with an ICMP port unreachable.',
    facts: ['comment'],
  },
  'proxy.drop': {
    summary: 'A Local traffic policy and no endpoint on this node: the rules drop the packet.',
    facts: [],
  },
  'proxy.restore': { summary: 'The reply gets the address back that the client asked.', facts: [] },
  'route.out': { summary: 'The packet leaves a node by its eth0.', facts: ['cidr', 'via', 'to'] },
  'route.in': { summary: 'The packet enters a node and crosses its bridge.', facts: ['node'] },
  'bridge.cross': { summary: 'The packet crosses the bridge of its own node.', facts: ['node'] },
  'route.none': { summary: 'Outside of the cluster no route leads to this address.', facts: ['cidr'] },
  'route.lost': { summary: 'The packet follows the default route to where nobody has the address.', facts: ['cidr'] },
  'host.none': { summary: "Nobody on the node's bridge has the address.", facts: ['address'] },
  'icmp.unowned': { summary: 'A ClusterIP belongs to no machine and no rule matches ICMP.', facts: ['service'] },
  'node.dark': { summary: 'The node has no power.', facts: ['node'] },
  'cloud.nat': { summary: "The cloud puts a node's internal address in place of its external one.", facts: ['node'] },
  'cloud.balance': { summary: 'The load balancer picks a node.', facts: ['node'] },
  'server.answer': { summary: 'The server answers.', facts: ['program', 'status'] },
  'server.echo': { summary: 'The kernel of the destination answers the echo request.', facts: [] },
  'server.refuse': {
    summary: 'Nothing listens on the port: the kernel answers with a reset.',
    facts: ['port', 'listens'],
  },
  'server.close': { summary: 'The server closes the connection without an answer.', facts: ['program'] },
  'dns.ask': { summary: 'The resolver asks for a name.', facts: ['query', 'type'] },
  'dns.answer': { summary: 'The DNS server knows the name.', facts: ['query', 'answer'] },
  'dns.nxdomain': { summary: 'The DNS server knows no such name.', facts: ['query'] },
  'dns.receive': { summary: 'The resolver has its answer.', facts: ['query', 'answer'] },
  'tls.handshake': { summary: 'Client and server agree on keys.', facts: ['serverName'] },
  'tls.plain': { summary: 'The server does not speak TLS on this port.', facts: [] },
} as const satisfies Readonly<Record<string, { readonly summary: string; readonly facts: readonly string[] }>>;

export type KnownStepCode = keyof typeof STEP_CODES;

/** The stable codes of causes, symptom first in a chain. */
export const CAUSE_CODES = {
  'symptom.refused': 'The connection was refused.',
  'symptom.timeout': 'Nothing came back.',
  'symptom.unreachable': 'Nobody has the address.',
  'symptom.name': 'The name has no address.',
  'rules.reject': 'The rules of the node reject the Service.',
  'service.no-endpoints': 'The Service has no ready endpoint.',
  'selector.no-match': 'The selector matches no pod.',
  'pods.not-ready': 'The pods that match are not ready.',
  'port.nobody-listens': 'Nothing listens on the port in the pod.',
  'target-port.wrong': "The Service's targetPort is not the port on which the container listens.",
  'service.port-unknown': 'The Service has no such port.',
  'cluster-ip.icmp': 'A ClusterIP answers no ping: no rule matches ICMP.',
  'outside.no-route': 'The client is outside of the cluster.',
  'node.power': 'The node of the endpoint has no power.',
  'address.unassigned': 'No pod has this address any more.',
  'name.unknown': 'No Service and no host has this name.',
  'dns.no-endpoints': 'No DNS server runs.',
} as const satisfies Readonly<Record<string, string>>;
