import type { Random } from '../../../sim/random.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import type { Clients } from '../../api/client.ts';
import { NodeRules, ServiceRules } from './node-rules.ts';
import type { ServiceObject, SliceObject } from './service-port.ts';

/** From a change in the API until a node's rules are written, in virtual ms: each node takes its own time. */
const SYNC_DELAY = [18, 70] as const;

/** The kube-proxies of all nodes: follow Services and EndpointSlices and write each node's rules, each a moment later. */
export class KubeProxies {
  private readonly proxies = new Map<string, KubeProxy>();
  private readonly services = new Map<string, ServiceObject>();
  private readonly slices = new Map<string, Map<string, SliceObject>>();
  private readonly latest = new Map<string, ServiceRules>();
  private readonly sim: Simulation;
  private readonly alive: (node: string) => boolean;
  private readonly random: Random;
  private readonly stops: (() => void)[];
  private readonly listeners = new Set<(node: string) => void>();
  private booting = true;

  constructor(sim: Simulation, clients: Clients, alive: (node: string) => boolean) {
    this.sim = sim;
    this.alive = alive;
    this.random = sim.random.stream('kube-proxy');
    this.stops = [
      clients.resource<ServiceObject>('services').watch((event) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const { namespace = '', name = '' } = event.object.metadata ?? {};
        const key = `${namespace}/${name}`;
        if (event.type === 'DELETED') this.services.delete(key);
        else this.services.set(key, event.object);
        this.touch(key);
      }),
      clients.resource<SliceObject>('endpointslices', 'discovery.k8s.io').watch((event) => {
        if (event.type === 'BOOKMARK' || event.type === 'ERROR') return;
        const slice = event.object;
        const service = slice.metadata?.labels?.['kubernetes.io/service-name'];
        if (service === undefined) return;
        const key = `${slice.metadata?.namespace}/${service}`;
        let map = this.slices.get(key);
        if (map === undefined) {
          map = new Map();
          this.slices.set(key, map);
        }
        if (event.type === 'DELETED') map.delete(slice.metadata?.name ?? '');
        else map.set(slice.metadata?.name ?? '', slice);
        if (map.size === 0) this.slices.delete(key);
        this.touch(key);
      }),
    ];
  }

  /** What the node's kube-proxy has written. */
  rules(node: string): NodeRules {
    return this.proxy(node).rules;
  }

  /** A node comes back: its kube-proxy begins with all that it missed. */
  resync(node: string): void {
    const proxy = this.proxy(node);
    proxy.rules = this.freshRules();
    proxy.dirty.clear();
    this.changed(node);
  }

  /** Everything up to now is in place on every node at once; from here on changes take their time. */
  settle(): void {
    this.booting = false;
    for (const node of this.proxies.keys()) this.resync(node);
  }

  /** Calls back when a node's rules have changed. */
  onSync(listener: (node: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private proxy(node: string): KubeProxy {
    let proxy = this.proxies.get(node);
    if (proxy === undefined) {
      proxy = { rules: this.freshRules(), dirty: new Set(), scheduled: false };
      this.proxies.set(node, proxy);
    }
    return proxy;
  }

  private freshRules(): NodeRules {
    const rules = new NodeRules();
    for (const key of this.services.keys()) rules.set(key, this.read(key));
    return rules;
  }

  /** The Service's rules as the API has it now; shared by the nodes that read the same. */
  private read(key: string): ServiceRules | undefined {
    const known = this.latest.get(key);
    if (known !== undefined) return known;
    const service = this.services.get(key);
    if (service === undefined) return undefined;
    const rules = new ServiceRules(service, [...(this.slices.get(key)?.values() ?? [])]);
    this.latest.set(key, rules);
    return rules;
  }

  private touch(key: string): void {
    this.latest.delete(key);
    if (this.booting) return;
    for (const [node, proxy] of this.proxies) {
      proxy.dirty.add(key);
      if (proxy.scheduled) continue;
      proxy.scheduled = true;
      this.sim.schedule(this.random.between(...SYNC_DELAY), () => this.sync(node, proxy));
    }
  }

  private sync(node: string, proxy: KubeProxy): void {
    proxy.scheduled = false;
    // A node without power keeps what it had; when it comes back it reads everything anew.
    if (!this.alive(node)) return;
    for (const key of proxy.dirty) proxy.rules.set(key, this.read(key));
    proxy.dirty.clear();
    this.changed(node);
  }

  private changed(node: string): void {
    for (const listener of this.listeners) listener(node);
  }
}

interface KubeProxy {
  rules: NodeRules;
  readonly dirty: Set<string>;
  scheduled: boolean;
}
