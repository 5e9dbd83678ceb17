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
  'policy.ingress': {
    summary: 'A NetworkPolicy isolates the pod, and none lets this packet in.',
    facts: ['policy', 'policies', 'pod', 'address', 'port', 'protocol'],
  },
  'policy.egress': {
    summary: 'A NetworkPolicy isolates the pod, and none lets this packet out.',
    facts: ['policy', 'policies', 'pod', 'address', 'port', 'protocol'],
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
  'tls.certificate': {
    summary: 'The server shows its certificate.',
    facts: ['subject', 'issuer', 'names', 'from', 'until'],
  },
  'tls.distrust': {
    summary:
      'The client does not accept the certificate. `problem` is self-signed, unknown-issuer, expired, not-yet-valid or other-name.',
    facts: ['problem', 'serverName', 'subject', 'issuer', 'names', 'from', 'until'],
  },
  'tls.version': { summary: 'Client and server have no version of TLS in common.', facts: ['version', 'least'] },
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
  'symptom.tls': { summary: 'The TLS handshake failed.', facts: ['target'] },
  'symptom.protocol': { summary: 'The answer came in another protocol.', facts: ['target'] },
  'rules.reject': { summary: 'The rules of the node reject the Service.', facts: ['node', 'comment', 'rule'] },
  'rules.drop': { summary: 'The rules of the node drop packets for the Service.', facts: ['node', 'comment', 'rule'] },
  'service.no-endpoints': { summary: 'The Service has no ready endpoint.', facts: ['service', 'slices'] },
  'service.no-local-endpoints': {
    summary: 'The Service takes only endpoints of the node, and the node has none.',
    facts: ['service', 'node', 'policy', 'others'],
  },
  'service.no-selector': {
    summary: 'The Service has no selector, and nobody wrote endpoints for it.',
    facts: ['service'],
  },
  'selector.no-match': {
    summary: 'The selector matches no pod. `labels` are the labels that pods of the namespace have.',
    facts: ['service', 'selector', 'labels', 'pods', 'key', 'wanted', 'found', 'similar', 'workload', 'kind'],
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
    facts: ['service', 'targetPort', 'names', 'index'],
  },
  'port.nobody-listens': {
    summary: 'Nothing listens on the port in the pod.',
    facts: ['port', 'listens', 'pod'],
  },
  'port.loopback-only': {
    summary: 'The program listens on 127.0.0.1 alone: only its own pod reaches it.',
    facts: ['port', 'bound'],
  },
  'port.other-protocol': { summary: 'The port listens in another protocol.', facts: ['port', 'other'] },
  'target-port.wrong': {
    summary: "The Service's targetPort is not the port on which the container listens.",
    facts: ['service', 'targetPort', 'listens', 'index'],
  },
  'service.port-unknown': { summary: 'The Service has no such port.', facts: ['asked', 'ports', 'service'] },
  'cluster-ip.icmp': { summary: 'A ClusterIP answers no ping: no rule matches ICMP.', facts: ['service'] },
  'outside.no-route': { summary: 'The client is outside of the cluster.', facts: ['address', 'range', 'owner'] },
  'firewall.source-ranges': {
    summary: "The load balancer's source ranges leave the client out.",
    facts: ['service', 'ranges', 'client'],
  },
  'policy.ingress-denied': {
    summary: 'The NetworkPolicy lets nobody with this address in on this port.',
    facts: ['policy', 'pod', 'address', 'port', 'protocol'],
  },
  'policy.egress-denied': {
    summary: 'The NetworkPolicy lets the pod send nothing to this address and port.',
    facts: ['policy', 'pod', 'address', 'port', 'protocol'],
  },
  'balancer.no-node': { summary: 'No node passes the health checks of the load balancer.', facts: ['service'] },
  'node.power': { summary: 'The node has no power.', facts: ['node'] },
  'address.unassigned': { summary: 'No pod has this address any more.', facts: ['address'] },
  'address.unknown': { summary: 'Nobody has this address.', facts: ['address'] },
  'name.unknown': {
    summary: 'No Service and no host has this name.',
    facts: ['name', 'similar', 'namespace', 'found'],
  },
  'name.other-namespace': {
    summary: 'A Service of this name is in another namespace.',
    facts: ['name', 'namespace', 'found'],
  },
  'name.outside': { summary: 'Names of the cluster are not known outside of it.', facts: ['name', 'server'] },
  'dns.unanswered': { summary: 'No DNS server answered.', facts: ['server'] },
  'server.error': {
    summary: 'The server was reached, and answered with an error.',
    facts: ['status', 'program', 'target'],
  },
  'rules.late': {
    summary: 'Ready pods match by now; the rules had not yet heard of them.',
    facts: ['service', 'ready'],
  },
  'account.missing': { summary: 'The pods are to run as a ServiceAccount that does not exist.', facts: ['name'] },
  'workload.no-pods': {
    summary: 'The workload that the selector is meant for has no pods.',
    facts: ['workload', 'kind'],
  },
  'selector.wrong-pods': {
    summary: 'The selector leads to pods of another workload than the Service is meant for.',
    facts: ['service', 'selector', 'reached', 'workload', 'kind', 'labels'],
  },
  'selector.too-wide': {
    summary: 'The selector matches pods of another workload too.',
    facts: ['service', 'selector', 'reached', 'workload', 'kind', 'labels'],
  },
  'pod.terminating': {
    summary: 'The pod is being deleted: its program has gone before the rules have.',
    facts: ['pod', 'node'],
  },
  'pod.unschedulable': { summary: 'The scheduler finds no node for the pod.', facts: ['pod', 'message'] },
  'node-selector.no-node': {
    summary: "No node has the labels that the pod's nodeSelector asks for.",
    facts: ['selector', 'nodes'],
  },
  'affinity.no-node': { summary: "No node satisfies the pod's node affinity.", facts: ['nodes'] },
  'requests.too-large': {
    summary: 'No node has as much left as the container requests.',
    facts: ['resource', 'wanted', 'has'],
  },
  'node.cordoned': { summary: 'The node takes no new pods: it is cordoned.', facts: ['node', 'nodes'] },
  'node.tainted': { summary: 'The node has a taint that the pod does not tolerate.', facts: ['node', 'taint'] },
  'scheduler.unknown': { summary: 'The pod asks for a scheduler that does not run.', facts: ['scheduler'] },
  'pod.finished': { summary: "The pod's containers have ended and are not started again.", facts: ['pod', 'phase'] },
  'image.not-pulled': {
    summary: 'The image of the container cannot be pulled.',
    facts: ['pod', 'container', 'image', 'message'],
  },
  'pod.waits-for': {
    summary: 'The kubelet cannot start the container yet: something that it needs is missing.',
    facts: ['pod', 'message'],
  },
  'secret.missing': { summary: 'The pod needs a Secret that does not exist.', facts: ['name', 'pod', 'similar'] },
  'configmap.missing': { summary: 'The pod needs a ConfigMap that does not exist.', facts: ['name', 'pod', 'similar'] },
  'secret.key-missing': {
    summary: 'The Secret lacks a key that the pod needs.',
    facts: ['name', 'key', 'keys', 'similar'],
  },
  'configmap.key-missing': {
    summary: 'The ConfigMap lacks a key that the pod needs.',
    facts: ['name', 'key', 'keys', 'similar'],
  },
  'container.crashed': {
    summary: "The container's program ends again and again. `log` is what it said last.",
    facts: ['pod', 'container', 'exitCode', 'restarts', 'log'],
  },
  'config.invalid': {
    summary: 'The program does not accept its configuration.',
    facts: ['name', 'key', 'line', 'message', 'path'],
  },
  'config.loopback': {
    summary: 'The configuration binds the port to 127.0.0.1.',
    facts: ['port', 'key', 'line', 'text'],
  },
  'certificate.broken': {
    summary: 'The certificate in the Secret is damaged.',
    facts: ['name', 'key', 'path', 'message'],
  },
  'key.broken': { summary: 'The private key in the Secret is damaged.', facts: ['name', 'key', 'path', 'message'] },
  'key.mismatched': {
    summary: 'The private key does not belong to the certificate.',
    facts: ['name', 'key', 'path', 'message'],
  },
  'file.missing': { summary: 'The program needs a file that no volume provides.', facts: ['path', 'container'] },
  'command.not-found': {
    summary: "The container's command does not exist in its image.",
    facts: ['container', 'command', 'message'],
  },
  'init.fails': {
    summary: 'A container that has to end well before the others begin does not.',
    facts: ['container', 'command'],
  },
  'command.ends': {
    summary: "The container's command ends at once: nothing is left to run.",
    facts: ['container', 'command'],
  },
  'memory.exceeded': { summary: 'The container used more memory than its limit.', facts: ['container'] },
  'probe.waiting': { summary: 'The readiness probe has not yet begun.', facts: ['pod', 'container', 'delay'] },
  'probe.failing': { summary: 'The readiness probe fails.', facts: ['pod', 'container', 'message'] },
  'probe.port-wrong': {
    summary: 'The probe asks on a port on which nothing listens.',
    facts: ['pod', 'container', 'port', 'listens'],
  },
  'probe.path-wrong': {
    summary: 'The probe asks for a path that the server does not serve.',
    facts: ['pod', 'container', 'path', 'status', 'scheme'],
  },
  'probe.command-fails': { summary: 'The command of the probe fails.', facts: ['pod', 'container', 'command'] },
  'container.listens-nowhere': { summary: "The container's program opens no port at all.", facts: ['pod', 'image'] },
  'headless.no-translation': {
    summary: 'A headless Service gives out pod addresses, so nothing translates its port into the targetPort.',
    facts: ['service', 'port', 'listens'],
  },
  'headless.no-address': {
    summary: 'The headless Service has no ready pod, so its name has no address.',
    facts: ['service'],
  },
  'endpoints.manual': {
    summary: "Somebody wrote the Service's endpoints by hand, and nobody serves there.",
    facts: ['service', 'address', 'port', 'listens'],
  },
  'service.publishes-not-ready': {
    summary: 'The Service publishes pods that are not ready.',
    facts: ['service', 'pod'],
  },
  'service.port-protocol': {
    summary: 'The Service has the port in another protocol.',
    facts: ['service', 'port', 'protocol', 'asked'],
  },
  'service.missing': {
    summary: 'There is no Service of this name, only a workload.',
    facts: ['name', 'namespace', 'kind', 'nodePort'],
  },
  'request.wrong-port': {
    summary: 'The request names a port on which the pod does not listen.',
    facts: ['port', 'listens', 'address'],
  },
  'node-port.wrong': { summary: 'No Service has this node port.', facts: ['port', 'node', 'service', 'nodePort'] },
  'endpoint.on-dead-node': {
    summary: 'The endpoint is a pod on a node without power that has not been evicted yet.',
    facts: ['pod', 'node', 'service'],
  },
  'balancer.pending': { summary: 'The cloud has not made the load balancer yet.', facts: ['service'] },
  'external-name.unknown': {
    summary: 'The name that the ExternalName Service stands for does not exist.',
    facts: ['service', 'externalName'],
  },
  'port.speaks-plain': { summary: 'The port speaks HTTP without TLS.', facts: ['port', 'program'] },
  'port.speaks-tls': { summary: 'The port wants TLS, and the request came without.', facts: ['port', 'program'] },
  'certificate.self-signed': {
    summary: 'The certificate is signed by its own key, and the client was not told to trust it.',
    facts: ['subject', 'serverName', 'secret'],
  },
  'certificate.unknown-issuer': {
    summary: 'The client knows nobody who vouches for the certificate.',
    facts: ['subject', 'issuer', 'serverName', 'secret'],
  },
  'certificate.expired': { summary: 'The certificate has run out.', facts: ['subject', 'until', 'secret'] },
  'certificate.not-yet-valid': { summary: 'The certificate is not valid yet.', facts: ['subject', 'from', 'secret'] },
  'certificate.other-name': {
    summary: 'The certificate was issued to another name than the one that was asked for.',
    facts: ['names', 'serverName', 'secret'],
  },
  'tls.too-old': { summary: 'The server speaks only older versions of TLS.', facts: ['version', 'least'] },
  'affinity.client-ip': {
    summary: 'Session affinity sends this client to the same pod every time.',
    facts: ['service', 'pod', 'seconds'],
  },
  'endpoint.terminating': {
    summary: 'Only endpoints that are being deleted are left, and they still serve.',
    facts: ['service', 'pod'],
  },
  'environment.older': {
    summary: 'The pod is older than the Service, so it has no variables for it.',
    facts: ['variable', 'service', 'pod'],
  },
} as const satisfies Readonly<Record<string, CodeMeaning>>;

export type KnownCauseCode = keyof typeof CAUSE_CODES;

/** The stable codes of fixes: what a person could do about a cause. */
export const FIX_CODES = {
  'affinity.off': { summary: 'Turn session affinity off.', facts: ['kind', 'name'] },
  'affinity.remove': { summary: 'Remove the node affinity of the pods.', facts: ['kind', 'name'] },
  'ask.balancer': { summary: 'Ask the address of the load balancer.', facts: ['line', 'address'] },
  'ask.http': { summary: 'Ask with http in place of https.', facts: ['line'] },
  'ask.https': { summary: 'Ask with https in place of http.', facts: ['line'] },
  'account.create': { summary: 'Create the ServiceAccount.', facts: ['name'] },
  'ask.anyway': { summary: 'Ask without checking the certificate.', facts: ['line'] },
  'ask.inside': { summary: 'Ask from inside of the cluster.', facts: ['line', 'node'] },
  'ask.name': { summary: 'Ask by the name that exists.', facts: ['line', 'host'] },
  'ask.node': { summary: 'Ask another node.', facts: ['line', 'node'] },
  'ask.node-port': { summary: 'Ask the node port that exists.', facts: ['line', 'nodePort'] },
  'ask.port': { summary: 'Ask the port that exists.', facts: ['line', 'port'] },
  'ask.tcp': { summary: 'Ask with TCP: a ClusterIP answers no ping.', facts: ['line', 'port'] },
  'balancer.wait': { summary: 'Wait until the cloud has made the load balancer.', facts: ['service', 'line'] },
  'command.remove': { summary: "Run the image's own command.", facts: ['kind', 'name'] },
  'config.set': {
    summary: 'Put the line of the configuration right.',
    facts: ['key', 'line', 'before', 'after', 'kind', 'name'],
  },
  'configmap.create': { summary: 'Create the ConfigMap.', facts: ['name', 'keys'] },
  'endpoints.set': {
    summary: 'Write the address of a pod that serves.',
    facts: ['address', 'port', 'pod', 'kind', 'name'],
  },
  'external-name.set': { summary: 'Name a host that exists.', facts: ['value', 'kind', 'name'] },
  'image.set': { summary: 'Name an image that exists.', facts: ['value', 'kind', 'name'] },
  'init.remove': { summary: 'Remove the container that runs before the others.', facts: ['kind', 'name'] },
  'key.add': { summary: 'Add the key.', facts: ['key', 'kind', 'name'] },
  'key.copy': { summary: 'Add the key with the value of the other one.', facts: ['key', 'from', 'kind', 'name'] },
  'keys.renew': { summary: 'Make a new private key and a certificate for it.', facts: ['name'] },
  'node-port.open': { summary: 'Open a node port.', facts: ['nodePort', 'address', 'kind', 'name'] },
  'node-selector.remove': { summary: 'Remove the nodeSelector of the pods.', facts: ['kind', 'name'] },
  'node.uncordon': { summary: 'Let the node take pods again.', facts: ['node'] },
  'not-ready.hide': { summary: 'Publish ready pods only.', facts: ['kind', 'name'] },
  'pods.move': { summary: "Give the dead node's pods up, so that new ones start elsewhere.", facts: ['node', 'count'] },
  'pods.restart': { summary: 'Make the pods anew, so that they get what exists by now.', facts: ['pod', 'service'] },
  'policy.allow': {
    summary: 'Add a rule to the NetworkPolicy that lets this traffic through.',
    facts: ['address', 'port', 'protocol', 'kind', 'name'],
  },
  'policy.delete': { summary: 'Delete the NetworkPolicy.', facts: [] },
  'policy.cluster': { summary: 'Let every node pass the traffic on to any endpoint.', facts: ['kind', 'name'] },
  'port.set': { summary: 'Give the Service the port that was asked.', facts: ['port', 'kind', 'name'] },
  'power.on': { summary: 'Give the node its power back.', facts: ['node'] },
  'probe.remove': { summary: 'Remove the probe.', facts: ['kind', 'name'] },
  'probe.set-path': { summary: 'Probe a path that the server serves.', facts: ['value', 'kind', 'name'] },
  'probe.set-port': { summary: 'Probe the port that is open.', facts: ['value', 'kind', 'name'] },
  'protocol.set': { summary: "Set the port's protocol.", facts: ['value', 'kind', 'name'] },
  'reference.set': { summary: 'Name the object that exists.', facts: ['value', 'kind', 'name'] },
  'replicas.set': { summary: 'Ask for pods.', facts: ['value', 'kind', 'name'] },
  'requests.lower': { summary: 'Request less.', facts: ['value', 'kind', 'name'] },
  'rollout.undo': { summary: 'Go back to the template before.', facts: ['name'] },
  'scheduler.default': { summary: 'Use the default scheduler.', facts: ['kind', 'name'] },
  'secret.create': { summary: 'Create the Secret.', facts: ['name', 'keys'] },
  'selector.set': {
    summary: 'Let the selector match the pods that are meant.',
    facts: ['workload', 'selector', 'kind', 'name'],
  },
  'service.create': { summary: 'Create the Service.', facts: ['name', 'kind', 'port'] },
  'source-range.add': {
    summary: "Add the client to the load balancer's source ranges.",
    facts: ['value', 'kind', 'name'],
  },
  'taint.remove': { summary: 'Remove the taint.', facts: ['node', 'taint'] },
  'target-port.set': { summary: 'Send to the port on which the program listens.', facts: ['value', 'kind', 'name'] },
  wait: { summary: 'Wait a moment and ask again.', facts: ['seconds'] },
} as const satisfies Readonly<Record<string, CodeMeaning>>;

export type KnownFixCode = keyof typeof FIX_CODES;
