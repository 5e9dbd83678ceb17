import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Clients } from '../api/client.ts';
import { same } from '../api/equality.ts';
import type { KubeObject, Node } from '../api/types.ts';
import type { EventRecorder } from '../controllers/events.ts';
import type { Flavour, NodeSpec } from '../flavours/flavour.ts';
import type { ImageStore } from './images.ts';
import { bootID, nodeConditions, nodeStatus } from './node-status.ts';

type NodeObject = Node & KubeObject;

/** How often a kubelet renews its lease and looks whether its status changed (--node-status-update-frequency), in ms. */
const PERIOD = 10_000;

/** How often it posts a status in which nothing changed (--node-status-report-frequency), in ms. */
const REPORT = 300_000;

export interface ReporterOptions {
  readonly sim: Simulation;
  readonly clients: Clients;
  readonly recorder: EventRecorder;
  readonly flavour: Flavour;
  readonly node: NodeSpec;
  readonly images: ImageStore;
}

/** Tells the API server that a node lives, and what it has. */
export class NodeReporter {
  private readonly options: ReporterOptions;
  private timer: Timer | undefined;

  constructor(options: ReporterOptions) {
    this.options = options;
  }

  /** Begins; `boots` counts the machine's starts, and a first one needs no words. */
  start(boots: number, delay: number): void {
    if (boots > 0) this.announce(boots);
    this.timer = this.options.sim.schedule(delay, () => this.beat(boots));
  }

  stop(): void {
    this.timer?.cancel();
  }

  private beat(boots: number): void {
    this.renewLease();
    this.postStatus(boots);
    this.timer = this.options.sim.schedule(PERIOD, () => this.beat(boots));
  }

  private get subject() {
    const { name } = this.options.node;
    return { kind: 'Node', name, uid: name };
  }

  private announce(boots: number): void {
    const { recorder, node } = this.options;
    recorder.normal(this.subject, 'Starting', 'Starting kubelet.');
    for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
      recorder.normal(this.subject, reason, `Node ${node.name} status is now: ${reason}`);
    recorder.normal(this.subject, 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
    const id = bootID(node.name, boots);
    recorder.warning(this.subject, 'Rebooted', `Node ${node.name} has been rebooted, boot id: ${id}`);
  }

  private renewLease(): void {
    const { sim, clients, node } = this.options;
    const leases = clients.resource<KubeObject>('leases', 'coordination.k8s.io');
    const spec = { holderIdentity: node.name, leaseDurationSeconds: 40, renewTime: sim.microTimestamp() };
    const old = leases.find(node.name, 'kube-node-lease');
    if (old !== undefined) {
      leases.update({ ...old, spec });
      return;
    }
    const owner = clients.resource<NodeObject>('nodes').find(node.name);
    leases.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: node.name,
        namespace: 'kube-node-lease',
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: owner?.metadata?.uid ?? '' }],
      },
      spec,
    });
  }

  private postStatus(boots: number): void {
    const { sim, clients, flavour, node, images, recorder } = this.options;
    const nodes = clients.resource<NodeObject>('nodes');
    const object = nodes.find(node.name);
    if (object === undefined) return;
    const conditions = object.status?.conditions ?? [];
    const ready = conditions.find((each) => each.type === 'Ready');
    const down = ready?.status !== 'True';
    const silent = sim.calendar() - Date.parse(ready?.lastHeartbeatTime ?? '1970-01-01T00:00:00Z') >= REPORT;
    const made = { ...object.status, ...nodeStatus(node, flavour, images.list(), boots) };
    if (!down && !silent && same({ ...made, conditions }, object.status)) return;
    const status = { ...made, conditions: nodeConditions(conditions, sim.timestamp()) };
    nodes.updateStatus({ ...object, status });
    if (down) recorder.normal(this.subject, 'NodeReady', `Node ${node.name} status is now: NodeReady`);
  }
}
