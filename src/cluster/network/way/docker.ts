import type { DockerHost, PublishedPort } from '../docker-host.ts';
import { publishRule } from '../docker-rules.ts';
import type { NetworkNamespace, TransportProtocol } from '../namespace.ts';
import type { Place, Tuple } from '../trace.ts';
import type { TraceBuilder } from '../trace-builder.ts';
import { COST, type Delivery, NO_NEIGHBOUR, type Undo } from './way.ts';

/** What a way through Docker hosts needs of the journey that it is part of. */
export interface Passage {
  readonly trace: TraceBuilder;
  readonly protocol: TransportProtocol | 'ICMP';
  /** The Docker host that has this address on its eth0. */
  dockerHost(address: string): DockerHost | undefined;
  /** The reply will have to undo a rewrite. */
  undo(step: Undo): void;
  /** Onwards by the internet. */
  beyond(tuple: Tuple): Delivery;
}

/** From a container, or from the host's own shell. `from` is not the destination itself. */
export function leaveDocker(host: DockerHost, from: NetworkNamespace, tuple: Tuple, passage: Passage): Delivery {
  const { trace } = passage;
  const node = host.spec.name;
  const inside = from !== host.namespace;
  const bridge: Place = { at: 'bridge', node };
  if (tuple.dst === host.gateway || tuple.dst === host.spec.address) {
    trace.step('docker.cross', 'bridge', bridge, 'forward', tuple, COST.bridge, { facts: { node } });
    return ownPort(host, tuple, passage, 'proxy');
  }
  if (host.bridge.has(tuple.dst)) {
    const target = host.containerAt(tuple.dst);
    if (target === undefined) {
      // On the bridge the sender itself asks for the neighbour, and nobody answers.
      const facts = { address: tuple.dst, node, reporter: tuple.src };
      trace.step('host.none', 'bridge', bridge, 'reject', tuple, COST.bridge, { facts });
      return { kind: 'failed', outcome: 'unreachable', wait: NO_NEIGHBOUR, reporter: tuple.src };
    }
    trace.step('docker.cross', 'bridge', bridge, 'forward', tuple, COST.bridge, { facts: { node } });
    return { kind: 'arrived', namespace: target, tuple };
  }
  const now = inside ? masquerade(host, tuple, passage) : tuple;
  const other = passage.dockerHost(tuple.dst);
  trace.step('route.out', 'routing', { at: 'door', node }, 'forward', now, COST.wire, {
    facts: { cidr: other === undefined ? '0.0.0.0/0' : '192.0.2.0/24', to: other?.spec.name ?? 'internet' },
  });
  return other === undefined ? passage.beyond(now) : enterDocker(other, now, passage);
}

/** By the door of a Docker host: a published port leads on to a container, every other is the host's own. */
export function enterDocker(host: DockerHost, tuple: Tuple, passage: Passage): Delivery {
  const node = host.spec.name;
  const place: Place = { at: 'door', node };
  passage.trace.step('docker.in', 'bridge', place, 'forward', tuple, COST.bridge, { facts: { node } });
  return ownPort(host, tuple, passage, 'rule');
}

/**
 * A port of the host itself. From outside and from the host's own address Docker's DNAT rule leads to the container; what comes
 * from the bridge or from 127.0.0.1 is taken by the docker-proxy process, which asks the container from docker0's address.
 */
export function ownPort(host: DockerHost, tuple: Tuple, passage: Passage, by: 'rule' | 'proxy'): Delivery {
  const port = passage.protocol === 'ICMP' ? undefined : host.publishedAt(passage.protocol, tuple.dstPort);
  if (port === undefined || (port.address !== '0.0.0.0' && port.address !== tuple.dst))
    return { kind: 'arrived', namespace: host.namespace, tuple };
  return published(host, port, tuple, passage, by);
}

function published(
  host: DockerHost,
  port: PublishedPort,
  tuple: Tuple,
  passage: Passage,
  by: 'rule' | 'proxy',
): Delivery {
  const { trace } = passage;
  const node = host.spec.name;
  const { container } = port;
  const dst = container.address ?? '';
  const own = tuple.src === host.spec.address || tuple.src.startsWith('127.');
  const after: Tuple = {
    src: by === 'proxy' || own ? host.gateway : tuple.src,
    srcPort: tuple.srcPort,
    dst,
    dstPort: port.containerPort,
  };
  const place: Place = { at: 'rules', node };
  const facts = { port: String(port.hostPort), container: nameOf(container), endpoint: `${dst}:${port.containerPort}` };
  const object = { kind: 'Container', name: nameOf(container), namespace: node };
  if (by === 'rule')
    trace.step('docker.publish', 'routing', place, 'rewrite', tuple, COST.rules, {
      after,
      rewrite: 'DNAT',
      object,
      rule: publishRule(port),
      facts,
    });
  else
    trace.step('docker.proxy', 'routing', place, 'rewrite', tuple, COST.stack, {
      after,
      rewrite: 'DNAT',
      object,
      facts,
    });
  passage.undo({ code: 'docker.restore', component: 'routing', place, rewrite: 'SNAT', tuple, cost: COST.rules });
  trace.step('docker.cross', 'bridge', { at: 'bridge', node }, 'forward', after, COST.bridge, { facts: { node } });
  return { kind: 'arrived', namespace: container, tuple: after };
}

/** A container has no address that anybody outside knows: it leaves under its host's. */
function masquerade(host: DockerHost, tuple: Tuple, passage: Passage): Tuple {
  const node = host.spec.name;
  const place: Place = { at: 'rules', node };
  const after: Tuple = { ...tuple, src: host.spec.address };
  passage.trace.step('docker.masquerade', 'routing', place, 'rewrite', tuple, COST.rules, {
    after,
    rewrite: 'SNAT',
    rule: `-A POSTROUTING -s ${host.bridge.text} ! -o docker0 -j MASQUERADE`,
    facts: { node, masquerade: after.src },
  });
  passage.undo({ code: 'docker.restore', component: 'routing', place, rewrite: 'SNAT', tuple, cost: COST.rules });
  return after;
}

function nameOf(container: NetworkNamespace): string {
  return container.place.at === 'pod' ? container.place.pod : container.hostname;
}
