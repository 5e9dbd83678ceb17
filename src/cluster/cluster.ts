import type { Simulation } from '../sim/simulation.ts';
import type { Clients } from './api/client.ts';
import { errors } from './api/errors.ts';
import { isRefusal } from './api/nodes.ts';
import { type Admission, ApiServer, type ApiSnapshot } from './api/server.ts';
import type { KubeObject, Pod } from './api/types.ts';
import { bootCluster } from './boot.ts';
import { controllers } from './controllers/index.ts';
import { builtInFields } from './field-schema.ts';
import type { Flavour, NodeSpec } from './flavours/flavour.ts';
import { FLAVOURS } from './flavours/index.ts';
import { nodeConnector } from './kubelet/connector.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { ContainerRuntime } from './kubelet/runtime.ts';
import { ClusterNetwork } from './network/cluster-network.ts';
import { KINDS } from './resources/index.ts';
import { scheduler } from './scheduler/scheduler.ts';
import { SYSTEM_IMAGES } from './system-pods.ts';

/** The most pods a cluster takes unless it is told otherwise; beyond it creation is refused as a full ResourceQuota would. */
export const POD_LIMIT = 20_000;

export interface ClusterOptions {
  /** A restored cluster needs one that starts at the snapshot's time: `new Simulation({ startAt: snapshot.at, ... })`. */
  readonly sim: Simulation;
  /** `gce`, `aws`, `tencent`, or a flavour of one's own. */
  readonly flavour?: string | Flavour;
  /** Makes the runtime once the network exists: containers need both. */
  readonly runtime: (network: ClusterNetwork) => ContainerRuntime;
  /** State of an earlier cluster of the same flavour. */
  readonly snapshot?: ClusterSnapshot;
  readonly podLimit?: number;
}

/** Everything a cluster needs to go on: its API objects, and the little that its nodes know besides. Plain JSON. */
export interface ClusterSnapshot {
  readonly api: ApiSnapshot;
  /** Nodes without power. */
  readonly dark: readonly string[];
  /** Virtual time. */
  readonly at: number;
  readonly nodes?: readonly NodeMemory[];
}

/** What a node knows that no API object says. */
export interface NodeMemory {
  readonly name: string;
  readonly images: readonly string[];
  /** How often the machine was started since the cluster began. */
  readonly boots: number;
}

/** A Kubernetes cluster: API server, controllers, scheduler, kubelets and the network between its nodes. */
export class Cluster {
  readonly sim: Simulation;
  readonly flavour: Flavour;
  readonly api: ApiServer;
  readonly clients: Clients;
  readonly network: ClusterNetwork;
  private readonly options: ClusterOptions;
  private readonly kubelets = new Map<string, Kubelet>();
  private readonly stops: (() => void)[] = [];

  constructor(options: ClusterOptions) {
    this.options = options;
    const { sim, snapshot } = options;
    this.sim = sim;
    const flavour = flavourOf(options.flavour);
    this.flavour = flavour;
    this.api = new ApiServer({
      sim,
      kinds: KINDS,
      ranges: { serviceCIDR: flavour.serviceCIDR, nodePorts: flavour.nodePorts },
      admit: limitPods(() => this.api, options.podLimit ?? POD_LIMIT),
      schema: builtInFields,
    });
    this.api.nodes = nodeConnector(() => this);
    this.clients = this.api.clients;
    this.network = new ClusterNetwork({ sim, clients: this.clients, flavour, nodes: flavour.nodes });
    this.network.logs = (pod, container) => this.lastWords(pod, container);
    const runtime = options.runtime(this.network);
    if (snapshot === undefined) bootCluster(this.api, flavour, sim, runtime);
    else this.api.restore(snapshot.api);
    for (const node of flavour.nodes) this.kubelets.set(node.name, this.kubeletOf(node, runtime));
    const context = { sim, clients: this.clients };
    for (const controller of [scheduler, ...controllers(flavour)]) this.stops.push(controller(context));
    for (const [name, kubelet] of this.kubelets) {
      if (snapshot?.dark.includes(name) === true) this.network.setPower(name, false);
      else kubelet.start();
    }
    // What is there by now has been there for long: no node needs to learn of it first.
    this.network.proxies.settle();
  }

  get nodes(): readonly NodeSpec[] {
    return this.flavour.nodes;
  }

  kubelet(node: string): Kubelet | undefined {
    return this.kubelets.get(node);
  }

  /**
   * Turns a node's power off or on, at once and without telling anybody; a machine that gets its power back needs a few
   * seconds to start. False for an unknown node.
   */
  setPower(node: string, on: boolean): boolean {
    const kubelet = this.kubelets.get(node);
    if (kubelet === undefined) return false;
    if (on) kubelet.powerOn();
    else kubelet.powerOff();
    this.sim.log('power', `${node} ${on ? 'on' : 'off'}`);
    return true;
  }

  powered(node: string): boolean {
    return this.network.powered(node);
  }

  /** The state from which {@link ClusterOptions.snapshot} goes on. Shares the objects, which never change: it costs little. */
  snapshot(): ClusterSnapshot {
    return {
      api: this.api.snapshot(),
      dark: this.nodes.filter(({ name }) => !this.powered(name)).map(({ name }) => name),
      at: this.sim.now(),
      nodes: [...this.kubelets].map(([name, { images, boots }]) => ({ name, images: images.names(), boots })),
    };
  }

  /**
   * A second cluster that goes on from here in a simulation of its own (`startAt` must be this one's present time), with a
   * runtime of its own unless the first one's maker serves both.
   */
  fork(sim: Simulation, runtime: ClusterOptions['runtime'] = this.options.runtime): Cluster {
    const { podLimit = POD_LIMIT } = this.options;
    return new Cluster({ sim, flavour: this.flavour, runtime, snapshot: this.snapshot(), podLimit });
  }

  /** Stops every component; the objects stay readable. */
  stop(): void {
    for (const stop of this.stops) stop();
    for (const kubelet of this.kubelets.values()) kubelet.stop();
  }

  /** The last lines of a container: of the run before this one, when it has ended and another has not yet begun. */
  private lastWords(pod: Pod & KubeObject, container: string): readonly string[] {
    for (const previous of [false, true]) {
      const found = this.api.nodes?.log({ pod, container, previous });
      if (found === undefined || isRefusal(found) || found.lines.length === 0) continue;
      return found.lines.slice(-20).map((line) => line.text);
    }
    return [];
  }

  private kubeletOf(node: NodeSpec, runtime: ContainerRuntime): Kubelet {
    const { sim, clients, network, flavour } = this;
    const memory = this.options.snapshot?.nodes?.find((each) => each.name === node.name);
    const preload = memory?.images ?? SYSTEM_IMAGES;
    return new Kubelet({ sim, clients, network, runtime, flavour, node, preload, boots: memory?.boots ?? 0 });
  }
}

function flavourOf(wanted: string | Flavour | undefined): Flavour {
  if (typeof wanted === 'object') return wanted;
  const found = FLAVOURS[wanted ?? 'gce'];
  if (found !== undefined) return found;
  throw new RangeError(`no cluster is called "${wanted}"; there are ${Object.keys(FLAVOURS).join(', ')}`);
}

/** The limit of pods, as a ResourceQuota would word it. */
function limitPods(api: () => ApiServer, limit: number): Admission {
  return (kind, object, old) => {
    if (kind.kind !== 'Pod' || old !== undefined) return;
    const used = api().shelf('pods').size;
    if (used < limit) return;
    const why = `exceeded quota: hopscope-limits, requested: pods=1, used: pods=${used}, limited: pods=${limit}`;
    throw errors.forbidden(kind, object.metadata?.name ?? '', why);
  };
}

/** A cluster, ready to run. Its virtual time passes with the simulation's. */
export function createCluster(options: ClusterOptions): Cluster {
  return new Cluster(options);
}
