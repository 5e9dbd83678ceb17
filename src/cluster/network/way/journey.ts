import { type Host, isOwn } from '../hosts.ts';
import type { NetworkNamespace, TransportProtocol } from '../namespace.ts';
import type { ServicePortRule } from '../proxy/service-port.ts';
import type { Tuple } from '../trace.ts';
import type { TraceBuilder } from '../trace-builder.ts';
import { leaveDocker, ownPort, type Passage } from './docker.ts';
import { enter, route } from './node.ts';
import { fromOutside } from './outside.ts';
import { atRules, nodePort } from './service.ts';
import { COST, type Delivery, reverse, type Side, type Terrain, type Undo, type Way } from './way.ts';

/** One packet's way from its sender to whoever accepts it, and back. */
export class Journey implements Way {
  readonly undo: Undo[] = [];
  readonly terrain: Terrain;
  readonly trace: TraceBuilder;
  readonly protocol: TransportProtocol | 'ICMP';
  sender: NetworkNamespace | undefined;
  routers = 0;
  left = false;

  constructor(terrain: Terrain, trace: TraceBuilder, protocol: TransportProtocol | 'ICMP') {
    this.terrain = terrain;
    this.trace = trace;
    this.protocol = protocol;
  }

  /** The way out. */
  travel(from: NetworkNamespace, tuple: Tuple): Delivery {
    const { dst } = tuple;
    const { place } = from;
    this.sender = from;
    if (!from.up) return { kind: 'failed', outcome: 'unreachable', wait: 0 };
    const host = 'node' in place ? this.terrain.book.hosts.get(place.node) : undefined;
    const docker = 'node' in place ? this.terrain.docker.get(place.node) : undefined;
    if (dst.startsWith('127.') || from.interfaces.some((each) => each.address === dst)) {
      const rule = place.at === 'node' && host !== undefined ? nodePort(this, host, tuple) : undefined;
      if (rule !== undefined && host !== undefined) return this.atRules(host, rule, tuple, 'external');
      const taken = docker?.namespace === from ? ownPort(docker, tuple, this.passage(), byLoopback(dst)) : undefined;
      if (taken?.kind === 'arrived' && taken.namespace !== from) return taken;
      this.trace.step('local.deliver', 'routing', place, 'forward', tuple, COST.stack, { facts: { address: dst } });
      return { kind: 'arrived', namespace: from, tuple };
    }
    if (docker !== undefined) return leaveDocker(docker, from, tuple, this.passage());
    if (host === undefined) return this.fromOutside(tuple);
    const rules = this.terrain.proxies.rules(host.spec.name);
    const rule = this.protocol === 'ICMP' ? undefined : rules.find(this.protocol, dst, tuple.dstPort);
    if (rule !== undefined) return this.atRules(host, rule, tuple, dst === rule.clusterIP ? 'internal' : 'external');
    const own = isOwn(host, dst) ? nodePort(this, host, tuple) : undefined;
    if (own !== undefined) return this.atRules(host, own, tuple, 'external');
    return this.route(host, tuple);
  }

  /** The way back of a reply to what arrived with `tuple`: undoes every rewrite, last first. The tuple that the client sees. */
  restore(tuple: Tuple): Tuple {
    let now = reverse(tuple);
    for (const step of this.undo.reverse()) {
      const after = reverse(step.tuple);
      this.trace.step(step.code, step.component, step.place, 'rewrite', now, step.cost, {
        after,
        rewrite: step.rewrite,
        ...(step.object === undefined ? {} : { object: step.object }),
      });
      now = after;
    }
    return now;
  }

  passage(): Passage {
    return {
      trace: this.trace,
      protocol: this.protocol,
      dockerHost: (address) => this.terrain.docker.get(address),
      undo: (step) => this.undo.push(step),
      beyond: (tuple) => {
        this.routers += 9;
        return this.fromOutside(tuple);
      },
    };
  }

  atRules(host: Host, rule: ServicePortRule, tuple: Tuple, side: Side): Delivery {
    return atRules(this, host, rule, tuple, side);
  }

  route(host: Host, tuple: Tuple): Delivery {
    return route(this, host, tuple);
  }

  enter(host: Host, tuple: Tuple, target: NetworkNamespace | undefined): Delivery {
    return enter(this, host, tuple, target);
  }

  fromOutside(tuple: Tuple): Delivery {
    return fromOutside(this, tuple);
  }
}

/** From 127.0.0.1 no rule applies: the docker-proxy process takes it. */
function byLoopback(address: string): 'rule' | 'proxy' {
  return address.startsWith('127.') ? 'proxy' : 'rule';
}
