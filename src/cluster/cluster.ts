import type { Simulation } from '../sim/simulation.ts';
import type { Clients } from './api/client.ts';
import { errors } from './api/errors.ts';
import { ApiServer, type ApiSnapshot } from './api/server.ts';
import type { KubeObject } from './api/types.ts';
import { bootObjects, SYSTEM_IMAGES } from './boot.ts';
import { controllers } from './controllers/index.ts';
import { builtInFields } from './field-schema.ts';
import type { Flavour, NodeSpec } from './flavours/flavour.ts';
import { FLAVOURS } from './flavours/index.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { ContainerRuntime } from './kubelet/runtime.ts';
import { ClusterNetwork } from './network/cluster-network.ts';
import { KINDS } from './resources/index.ts';
import { scheduler } from './scheduler/scheduler.ts';

/** The most pods a cluster takes; beyond it creation is refused as a full ResourceQuota would. */
export const POD_LIMIT = 20_000;

export interface ClusterOptions {
  readonly sim: Simulation;
  /** `gce`, `aws`, `tencent`, or a flavour of one's own. */
  readonly flavour?: string | Flavour;
  /** Makes the runtime once the network exists: containers need both. */
  readonly runtime: (network: ClusterNetwork) => ContainerRuntime;
  /** State of an earlier cluster of the same flavour. */
  readonly snapshot?: ClusterSnapshot;
}

/** Everything a cluster needs to go on: its API objects, and which nodes have no power. */
export interface ClusterSnapshot {
  readonly api: ApiSnapshot;
  readonly dark: readonly string[];
  /** Virtual time. */
  readonly at: number;
}

/** A Kubernetes cluster: API server, controllers, scheduler, kubelets and the network between its nodes. */
export class Cluster {
  readonly sim: Simulation;
  readonly flavour: Flavour;
  readonly api: ApiServer;
  readonly clients: Clients;
  readonly network: ClusterNetwork;
  private readonly kubelets = new Map<string, Kubelet>();
  private readonly stops: (() => void)[] = [];

  constructor(options: ClusterOptions) {
    this.sim = options.sim;
    const flavour = typeof options.flavour === 'object' ? options.flavour : FLAVOURS[options.flavour ?? 'gce'];
    if (flavour === undefined)
      throw new RangeError(
        `no cluster is called "${String(options.flavour)}"; there are ${Object.keys(FLAVOURS).join(', ')}`,
      );
    this.flavour = flavour;
    this.api = new ApiServer({
      sim: this.sim,
      kinds: KINDS,
      ranges: { serviceCIDR: flavour.serviceCIDR, nodePorts: flavour.nodePorts },
      admit: limitPods(() => this.api),
      schema: builtInFields,
    });
    this.clients = this.api.clients;
    this.network = new ClusterNetwork({ sim: this.sim, clients: this.clients, flavour, nodes: flavour.nodes });
    if (options.snapshot === undefined) for (const object of bootObjects(flavour, this.sim)) this.boot(object);
    else this.api.restore(options.snapshot.api);
    this.network.proxies.settle();
    const runtime = options.runtime(this.network);
    const preload = SYSTEM_IMAGES;
    for (const node of flavour.nodes)
      this.kubelets.set(
        node.name,
        new Kubelet({ sim: this.sim, clients: this.clients, network: this.network, runtime, flavour, node, preload }),
      );
    const context = { sim: this.sim, clients: this.clients };
    for (const controller of [scheduler, ...controllers(flavour)]) this.stops.push(controller(context));
    for (const [name, kubelet] of this.kubelets) {
      if (options.snapshot?.dark.includes(name) === true) this.network.setPower(name, false);
      else kubelet.powerOn();
    }
  }

  get nodes(): readonly NodeSpec[] {
    return this.flavour.nodes;
  }

  kubelet(node: string): Kubelet | undefined {
    return this.kubelets.get(node);
  }

  /** Turns a node's power off or on, at once and without telling anybody. False for an unknown node. */
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

  snapshot(): ClusterSnapshot {
    return {
      api: this.api.snapshot(),
      dark: [...this.kubelets].filter(([, kubelet]) => !kubelet.powered).map(([name]) => name),
      at: this.sim.now(),
    };
  }

  /** Stops every component; the objects stay readable. */
  stop(): void {
    for (const stop of this.stops) stop();
    for (const kubelet of this.kubelets.values()) kubelet.stop();
  }

  /** Puts an object of the cluster's past in place, its age and status as given. */
  private boot(object: KubeObject): void {
    const [group, kind] =
      object.apiVersion?.includes('/') === true
        ? [object.apiVersion.split('/')[0] ?? '', object.kind ?? '']
        : ['', object.kind ?? ''];
    const shelf = this.api.shelfOfKind(kind, group);
    if (shelf === undefined) return;
    const made = this.api.create(shelf, object, object.metadata?.namespace);
    const { creationTimestamp } = object.metadata ?? {};
    const aged: KubeObject = {
      ...made,
      metadata: { ...made.metadata, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
    };
    if (object['status'] !== undefined)
      aged['status'] = { ...(made['status'] as object | undefined), ...(object['status'] as object) };
    this.api.overwrite(shelf, aged);
  }
}

/** The limit of pods, as a ResourceQuota would word it. */
function limitPods(api: () => ApiServer) {
  return (kind: { kind: string; group: string; plural: string }, object: KubeObject, old: KubeObject | undefined) => {
    if (kind.kind !== 'Pod' || old !== undefined) return;
    const used = api().shelf('pods').size;
    if (used < POD_LIMIT) return;
    throw errors.forbidden(
      kind,
      object.metadata?.name ?? '',
      `exceeded quota: hopscope-limits, requested: pods=1, used: pods=${used}, limited: pods=${POD_LIMIT}`,
    );
  };
}

/** A cluster, ready to run. Its virtual time passes with the simulation's. */
export function createCluster(options: ClusterOptions): Cluster {
  return new Cluster(options);
}
