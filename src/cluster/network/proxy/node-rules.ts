import { type ServiceObject, type ServicePortRule, type SliceObject, servicePortRules } from './service-port.ts';

/** A Service and its slices as kube-proxy last read them; the rules are worked out when somebody needs them. */
export class ServiceRules {
  readonly service: ServiceObject;
  private readonly slices: readonly SliceObject[];
  private made: readonly ServicePortRule[] | undefined;

  constructor(service: ServiceObject, slices: readonly SliceObject[]) {
    this.service = service;
    this.slices = slices;
  }

  get ports(): readonly ServicePortRule[] {
    this.made ??= servicePortRules(this.service, this.slices);
    return this.made;
  }

  /** Every address that leads to it. */
  addresses(): string[] {
    const { spec, status } = this.service;
    return [
      spec?.clusterIP ?? '',
      ...(spec?.externalIPs ?? []),
      ...(status?.loadBalancer?.ingress ?? []).flatMap((ingress) => ingress.ip ?? []),
    ].filter((address) => address !== '' && address !== 'None');
  }
}

/** New connections that a Service port's rules have seen since they were last written. */
export interface PortCounters {
  internal: number;
  external: number;
  masqueraded: number;
  rejected: number;
  readonly endpoints: Map<string, number>;
}

/** What one node's kube-proxy has written. A look-up costs the same whatever the number of Services. */
export class NodeRules {
  private readonly services = new Map<string, ServiceRules>();
  private readonly byAddress = new Map<string, Set<ServiceRules>>();
  private readonly byNodePort = new Map<number, ServiceRules>();
  /** The `recent` lists of session affinity: per Service port and client, which endpoint (`address:port`) and when. */
  private readonly recent = new Map<string, Map<string, { endpoint: string; at: number }>>();
  private readonly counts = new Map<string, PortCounters>();

  /** Replaces the rules of one Service; undefined removes them. */
  set(key: string, rules: ServiceRules | undefined): void {
    const old = this.services.get(key);
    if (old !== undefined) {
      for (const address of old.addresses()) {
        const set = this.byAddress.get(address);
        set?.delete(old);
        if (set?.size === 0) this.byAddress.delete(address);
      }
      // Chains that are written anew count from nothing. Without counts the old rules need not be worked out at all.
      if (this.counts.size > 0) for (const rule of old.ports) this.counts.delete(affinityKey(rule));
      for (const port of old.service.spec?.ports ?? [])
        if (port.nodePort !== undefined && this.byNodePort.get(port.nodePort) === old)
          this.byNodePort.delete(port.nodePort);
    }
    if (rules === undefined) {
      this.services.delete(key);
      return;
    }
    this.services.set(key, rules);
    for (const address of rules.addresses()) {
      const set = this.byAddress.get(address);
      if (set === undefined) this.byAddress.set(address, new Set([rules]));
      else set.add(rules);
    }
    for (const port of rules.service.spec?.ports ?? [])
      if (port.nodePort !== undefined) this.byNodePort.set(port.nodePort, rules);
  }

  /** The rule for a Service's address and port. */
  find(protocol: string, address: string, port: number): ServicePortRule | undefined {
    const candidates = this.byAddress.get(address);
    if (candidates === undefined) return undefined;
    for (const rules of candidates)
      for (const rule of rules.ports)
        if (rule.port === port && rule.protocol === protocol && owns(rule, address)) return rule;
    return undefined;
  }

  findNodePort(protocol: string, port: number): ServicePortRule | undefined {
    const rules = this.byNodePort.get(port);
    return rules?.ports.find((rule) => rule.nodePort === port && rule.protocol === protocol);
  }

  /** A rule for this address, whatever the port and protocol. */
  forAddress(address: string): ServicePortRule | undefined {
    const candidates = this.byAddress.get(address);
    if (candidates === undefined) return undefined;
    for (const rules of candidates) for (const rule of rules.ports) if (owns(rule, address)) return rule;
    return undefined;
  }

  /** The Services with their rules, by namespace and name. */
  all(): ServicePortRule[] {
    return [...this.services]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, rules]) => rules.ports)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** The counters of a Service port. */
  counters(rule: ServicePortRule): PortCounters {
    const key = affinityKey(rule);
    let found = this.counts.get(key);
    if (found === undefined) {
      found = { internal: 0, external: 0, masqueraded: 0, rejected: 0, endpoints: new Map() };
      this.counts.set(key, found);
    }
    return found;
  }

  /** The endpoint that a client was sent to within the Service's timeout, if it is remembered. */
  remembered(rule: ServicePortRule, client: string, now: number): string | undefined {
    const entry = this.recent.get(affinityKey(rule))?.get(client);
    return entry === undefined || now - entry.at > (rule.affinitySeconds ?? 0) * 1000 ? undefined : entry.endpoint;
  }

  remember(rule: ServicePortRule, client: string, endpoint: string, at: number): void {
    const key = affinityKey(rule);
    let list = this.recent.get(key);
    if (list === undefined) {
      list = new Map();
      this.recent.set(key, list);
    }
    list.delete(client);
    list.set(client, { endpoint, at });
    // xt_recent keeps a hundred addresses per list (ip_list_tot); the oldest goes.
    if (list.size > 100)
      for (const oldest of list.keys()) {
        list.delete(oldest);
        break;
      }
  }
}

function affinityKey(rule: ServicePortRule): string {
  return `${rule.name}/${rule.protocol}`;
}

function owns(rule: ServicePortRule, address: string): boolean {
  return rule.clusterIP === address || rule.externalIPs.includes(address) || rule.loadBalancerIPs.includes(address);
}
