import type { WhyWords } from './words.ts';

export const en: WhyWords = {
  ask: 'Why did this fail?',
  whatIf: 'What if',
  failed: (line) => `${line} failed`,
  succeeded: (line) => `${line} succeeded`,
  nothing: 'No request has failed yet.',
  noCause: 'Nothing is wrong with this request.',
  withheld:
    'The cause is hidden in this exercise: finding it is what you are here for. You can look all the same; it counts as a hint.',
  reveal: 'Show me why (counts as a hint)',
  shows: 'Shown by',
  tryIt: 'Try it',
  apply: 'Apply',
  trying: 'Trying it on a copy of the cluster…',
  arrives: (seconds) => `On the copy the request succeeds ${seconds} s after the change.`,
  failsNext: 'On the copy the request still fails. Next:',
  tooLate: 'This request is too long ago. Ask again.',
  close: 'Close',
  traffic: 'Recent requests',
  noTraffic: 'No request has come by lately.',
  selects: (pods, ready) => `selects ${pods} pods now, ${ready} ready`,
  selectsNone: 'selects no pod now',
  nearest: (labels) => `The nearest pods have ${labels}.`,
  portUnnamed: (name, known) => `No container names a port ${name}.${known === '' ? '' : ` There are: ${known}.`}`,
  portClosed: (port, open) =>
    `Nothing listens on port ${port} in the pods.${open === '' ? '' : ` They listen on: ${open}.`}`,
  objectMissing: (kind, name) => `${kind} ${name} does not exist.`,
  keyMissing: (kind, name, key) => `${kind} ${name} has no key ${key}.`,
  causes: {
    'symptom.refused': () => 'The connection was refused.',
    'symptom.timeout': () => 'Nothing came back.',
    'symptom.unreachable': () => 'Nobody has the address: no route to host.',
    'symptom.name': ({ target }) => `The name ${target} has no address.`,
    'symptom.empty': () => 'The server closed the connection without an answer.',
    'symptom.tls': () => 'Client and server could not agree on TLS.',
    'symptom.protocol': () => 'The answer came in another protocol.',
    'rules.reject': ({ node, comment }) => `kube-proxy's rules on ${node} reject the packet: ${comment}.`,
    'rules.drop': ({ node, comment }) => `kube-proxy's rules on ${node} drop the packet: ${comment}.`,
    'server.error': ({ status, program }) => `The network did its part: ${program} answered ${status}.`,
    'rules.late': ({ ready }) => `${ready} ready pods match by now: the rules had not yet heard of them.`,
    'service.no-endpoints': ({ service }) => `Service ${service} has no ready endpoint.`,
    'service.no-local-endpoints': ({ service, node, policy }) =>
      `${policy} of Service ${service} is Local, and ${node} has no endpoint of its own.`,
    'service.no-selector': ({ service }) => `Service ${service} has no selector, and nobody wrote endpoints for it.`,
    'selector.no-match': ({ selector, labels }) => `The selector ${selector} matches no pod. The pods have: ${labels}.`,
    'selector.no-pods': ({ selector, namespace }) =>
      `The selector ${selector} finds nothing: namespace ${namespace} has no pods.`,
    'selector.wrong-pods': ({ selector, reached, workload }) =>
      `The selector ${selector} leads to the pods of ${reached}, not to those of ${workload}.`,
    'selector.too-wide': ({ selector, reached, workload }) =>
      `The selector ${selector} matches the pods of ${reached} as well as those of ${workload}.`,
    'deployment.scaled-to-zero': ({ deployment }) => `${deployment} is scaled to 0 replicas.`,
    'account.missing': ({ name }) => `The pods are to run as ServiceAccount ${name}, and there is none of that name.`,
    'workload.no-pods': ({ kind, workload }) => `${kind} ${workload} has no pods yet.`,
    'pods.not-ready': ({ count, reason }) => `${count} pods match, and none is ready: ${reason}.`,
    'pod.terminating': ({ pod }) => `Pod ${pod} is being deleted; the rules do not know it yet.`,
    'pod.unschedulable': ({ pod, message }) => `Pod ${pod} has no node: ${message}`,
    'node-selector.no-node': ({ selector, nodes }) => `The nodeSelector ${selector} fits none of ${nodes} nodes.`,
    'affinity.no-node': ({ nodes }) => `The node affinity fits none of ${nodes} nodes.`,
    'requests.too-large': ({ resource, wanted, has }) =>
      `The container requests ${wanted} of ${resource}; a node has ${has} in all.`,
    'node.cordoned': ({ nodes }) => `Cordoned, so that no new pod comes there: ${nodes}.`,
    'node.tainted': ({ node, taint }) => `Node ${node} has the taint ${taint}, which the pod does not tolerate.`,
    'scheduler.unknown': ({ scheduler }) => `No scheduler is called ${scheduler}.`,
    'pod.finished': ({ pod, phase }) => `Pod ${pod} has ended (${phase}).`,
    'image.not-pulled': ({ image, message }) => `The image ${image} cannot be pulled: ${message}`,
    'pod.waits-for': ({ pod, message }) => `Pod ${pod} waits: ${message}`,
    'secret.missing': ({ name, similar }) =>
      `There is no Secret ${name}.${similar === undefined ? '' : ` There is ${similar}.`}`,
    'configmap.missing': ({ name, similar }) =>
      `There is no ConfigMap ${name}.${similar === undefined ? '' : ` There is ${similar}.`}`,
    'secret.key-missing': ({ name, key, keys }) => `Secret ${name} has no key ${key}. It has: ${keys}.`,
    'configmap.key-missing': ({ name, key, keys }) => `ConfigMap ${name} has no key ${key}. It has: ${keys}.`,
    'container.crashed': ({ container, exitCode, log }) =>
      `Container ${container} ends again and again with exit code ${exitCode}${log === '' ? '' : `: ${log}`}`,
    'config.invalid': ({ key, line, message }) => `${key}, line ${line}: ${message}`,
    'config.loopback': ({ key, line, text }) => `${key}, line ${line}, listens for its own pod alone: ${text}`,
    'certificate.broken': ({ name, key }) => `The certificate in ${name}, key ${key}, is damaged.`,
    'key.broken': ({ name, key }) => `The private key in ${name}, key ${key}, is damaged.`,
    'key.mismatched': ({ name, key }) => `The private key in ${name}, key ${key}, does not belong to the certificate.`,
    'file.missing': ({ path }) => `No volume provides the file ${path}.`,
    'command.not-found': ({ command }) => `The command ${command} does not exist in the image.`,
    'init.fails': ({ container, command }) =>
      `Init container ${container} has to end without an error before the others start, and does not: ${command || 'the image’s own command'}.`,
    'command.ends': ({ command }) =>
      `The command ends at once and leaves nothing running: ${command || 'the image’s own'}.`,
    'memory.exceeded': ({ container }) => `Container ${container} used more memory than its limit.`,
    'probe.waiting': ({ delay }) => `The readiness probe begins only after ${delay} s.`,
    'probe.failing': ({ message }) => message,
    'probe.port-wrong': ({ port, listens }) =>
      `The probe asks port ${port}; the container listens on ${listens || 'no port'}.`,
    'probe.path-wrong': ({ path, status }) => `The probe asks for ${path}, and the server answers ${status}.`,
    'probe.command-fails': ({ command }) => `The command of the probe fails: ${command}`,
    'container.listens-nowhere': ({ pod, image }) => `Nothing in pod ${pod} (${image}) listens on any port.`,
    'headless.no-translation': ({ service, port, listens }) =>
      `Service ${service} is headless: the name gives the pod's own address, so port ${port} is not turned into ${listens}.`,
    'headless.no-address': ({ service }) =>
      `Service ${service} is headless, and without ready pods its name has no address.`,
    'endpoints.manual': ({ service, address, port }) =>
      `The endpoints of Service ${service} were written by hand, and nobody serves at ${address}:${port}.`,
    'service.publishes-not-ready': ({ service, pod }) =>
      `Service ${service} publishes pods that are not ready, and ${pod} is one.`,
    'service.port-unknown': ({ service, asked, ports }) => `Service ${service} has no port ${asked}. It has: ${ports}.`,
    'service.port-protocol': ({ service, port, protocol, asked }) =>
      `Port ${port} of Service ${service} is ${protocol}; the request came by ${asked}.`,
    'service.missing': ({ name, kind }) => `There is no Service ${name}, only a ${kind}.`,
    'target-port.name-unknown': ({ targetPort, names }) =>
      `The targetPort is ${targetPort}, and no container names a port so.${names === '' ? '' : ` They name: ${names}.`}`,
    'target-port.wrong': ({ targetPort, listens }) =>
      `The Service's targetPort is ${targetPort}; the container listens on ${listens}.`,
    'port.nobody-listens': ({ port, listens }) =>
      `Nothing listens on port ${port} there, only on ${listens || 'none'}.`,
    'port.loopback-only': ({ port, bound }) => `Port ${port} listens on ${bound} alone: only its own pod reaches it.`,
    'port.other-protocol': ({ port, other }) => `Port ${port} listens by ${other}.`,
    'certificate.self-signed': ({ subject }) =>
      `The certificate of ${subject} vouches for itself; the client was not told to trust it.`,
    'certificate.unknown-issuer': ({ issuer }) => `The client knows nothing of ${issuer}, who signed the certificate.`,
    'certificate.expired': ({ subject, until }) => `The certificate of ${subject} ran out on ${until}.`,
    'certificate.not-yet-valid': ({ subject, from }) => `The certificate of ${subject} is valid from ${from} only.`,
    'certificate.other-name': ({ names, serverName }) =>
      `The certificate was issued to ${names}; the request was for ${serverName}.`,
    'tls.too-old': ({ version, least }) => `The server speaks ${version} at most; the client wants ${least}.`,
    'port.speaks-plain': ({ port }) => `Port ${port} speaks plain HTTP; the request came with TLS.`,
    'port.speaks-tls': ({ port }) => `Port ${port} wants TLS; the request came without.`,
    'request.wrong-port': ({ port, listens }) => `The request names port ${port}; the pod listens on ${listens}.`,
    'node-port.wrong': ({ port, service, nodePort }) =>
      nodePort === undefined
        ? `No Service has node port ${port}.`
        : `No Service has node port ${port}. Service ${service} has ${nodePort}.`,
    'cluster-ip.icmp': ({ service }) =>
      `The ClusterIP of ${service} is no machine's: the rules know its ports, not ICMP.`,
    'outside.no-route': ({ address, range }) =>
      `The client is outside of the cluster, and no route leads to ${address} (${range}).`,
    'firewall.source-ranges': ({ ranges, client }) =>
      `The load balancer lets ${ranges} in, and the client is ${client}.`,
    'policy.ingress-denied': ({ policy, pod, address, protocol, port }) =>
      `NetworkPolicy ${policy} isolates ${pod}, and no rule lets ${address} in on ${protocol} ${port}.`,
    'policy.egress-denied': ({ policy, pod, address, protocol, port }) =>
      `NetworkPolicy ${policy} isolates ${pod}, and no rule lets it send to ${address}, ${protocol} ${port}.`,
    'balancer.no-node': () => 'No node passes the health checks of the load balancer.',
    'balancer.pending': ({ service }) => `The cloud has not made the load balancer of ${service} yet.`,
    'node.power': ({ node }) => `Node ${node} has no power.`,
    'endpoint.on-dead-node': ({ pod, node }) => `The rules chose ${pod} on ${node}, whose pods are not evicted yet.`,
    'address.unassigned': ({ address }) => `Nobody has the address ${address} any more.`,
    'address.unknown': ({ address }) => `Nobody has the address ${address}.`,
    'name.unknown': ({ name, similar }) =>
      similar === undefined ? `Nobody is called ${name}.` : `Nobody is called ${name}. There is ${similar}.`,
    'name.other-namespace': ({ name, namespace, found }) =>
      `Service ${name} is in namespace ${found}, not in ${namespace}.`,
    'name.outside': ({ name, server }) =>
      `${name} is a name of the cluster, and ${server} outside of it does not know it.`,
    'external-name.unknown': ({ service, externalName }) =>
      `Service ${service} stands for ${externalName}, and nobody has that name.`,
    'dns.unanswered': ({ server }) => `The DNS server ${server} does not answer.`,
    'affinity.client-ip': ({ service, pod, seconds }) =>
      `Always ${pod}: sessionAffinity of Service ${service} is ClientIP for ${seconds} s.`,
    'endpoint.terminating': ({ pod }) => `${pod} is being deleted and still serves: no ready endpoint is left.`,
    'environment.older': ({ variable, service, pod }) =>
      `${variable} is empty: pod ${pod} is older than Service ${service}.`,
  },
  fixes: {
    'affinity.off': () => 'Turn session affinity off',
    'affinity.remove': ({ name }) => `Remove the node affinity of ${name}`,
    'ask.balancer': ({ address }) => `Ask the load balancer at ${address}`,
    'ask.anyway': () => 'Ask without checking the certificate',
    'ask.http': () => 'Ask with http',
    'ask.https': () => 'Ask with https',
    'ask.inside': ({ node }) => `Ask from inside of the cluster, on ${node}`,
    'ask.name': ({ host }) => `Ask ${host}`,
    'ask.node': ({ node }) => `Ask ${node}`,
    'ask.node-port': ({ nodePort }) => `Ask node port ${nodePort}`,
    'ask.port': ({ port }) => `Ask port ${port}`,
    'ask.tcp': () => 'Ask by TCP: that is what its rules know',
    'balancer.wait': () => 'Wait for the load balancer, then ask its address',
    'account.create': ({ name }) => `Create ServiceAccount ${name}`,
    'init.remove': () => 'Remove the init container',
    'command.remove': () => 'Run the image’s own command',
    'config.set': ({ key, line, after }) => `Change line ${line} of ${key} to: ${after}`,
    'configmap.create': ({ name }) => `Create ConfigMap ${name}`,
    'endpoints.set': ({ address, port, pod }) => `Write ${address}:${port}, the address of ${pod}`,
    'external-name.set': ({ value }) => `Set externalName to ${value}`,
    'image.set': ({ value }) => `Set the image to ${value}`,
    'key.add': ({ key }) => `Add the key ${key}`,
    'key.copy': ({ key, from }) => `Add the key ${key} with the value of ${from}`,
    'keys.renew': ({ name }) => `Make a new key and certificate for ${name}`,
    'node-port.open': ({ nodePort }) => `Open node port ${nodePort} and ask there`,
    'node-selector.remove': ({ name }) => `Remove the nodeSelector of ${name}`,
    'node.uncordon': ({ node }) => `Uncordon ${node}`,
    'not-ready.hide': () => 'Publish ready pods only',
    'pods.move': ({ node, count }) => `Give up ${count} pods on ${node}: new ones start elsewhere`,
    'pods.restart': ({ pod }) => `Make ${pod} anew: the new pod gets the variables`,
    'policy.allow': ({ name, address }) => `Add a rule to ${name} that lets ${address} through`,
    'policy.delete': () => 'Delete the NetworkPolicy',
    'policy.cluster': () => 'Set the policy to Cluster',
    'port.set': ({ port }) => `Give the Service port ${port}`,
    'power.on': ({ node }) => `Turn ${node} on`,
    'probe.remove': () => 'Remove the probe',
    'probe.set-path': ({ value }) => `Probe the path ${value}`,
    'probe.set-port': ({ value }) => `Probe port ${value}`,
    'protocol.set': ({ value }) => `Set the protocol to ${value}`,
    'reference.set': ({ value }) => `Name ${value} instead`,
    'replicas.set': ({ name, value }) => `Scale ${name} to ${value}`,
    'requests.lower': ({ value }) => `Request ${value}`,
    'rollout.undo': ({ name }) => `Roll ${name} back`,
    'scheduler.default': () => 'Use the default scheduler',
    'secret.create': ({ name }) => `Create Secret ${name}`,
    'selector.set': ({ workload, selector }) => `Set the selector to ${selector}, the labels of ${workload}`,
    'service.create': ({ name, port }) => `Create Service ${name} on port ${port}`,
    'source-range.add': ({ value }) => `Let ${value} in`,
    'taint.remove': ({ node }) => `Remove the taint from ${node}`,
    'target-port.set': ({ value }) => `Set targetPort to ${value}`,
    wait: () => 'Wait a moment and ask again',
  },
};
