import type { KubeObject, Pod } from '../src/cluster/api/types.ts';
import { type Cluster, createCluster } from '../src/cluster/cluster.ts';
import type { Flavour } from '../src/cluster/flavours/flavour.ts';
import { FLAVOURS } from '../src/cluster/flavours/index.ts';
import { createRuntime } from '../src/images/runtime.ts';
import { CLUSTER_RECORDS } from '../src/machines/dns-source.ts';
import type { World } from '../src/machines/machine.ts';
import { COMMANDS } from '../src/machines/shell/observer.ts';
import { PROGRAMS } from '../src/programs/registry.ts';
import { Simulation } from '../src/sim/simulation.ts';

/** A flavour with room for so many pods, a hundred to a node. */
function roomy(pods: number): Flavour {
  const base = FLAVOURS['gce'] as Flavour;
  const [sample] = base.nodes;
  if (sample === undefined) throw new Error('the flavour has nodes');
  const count = Math.ceil(pods / 100) + 1;
  return {
    ...base,
    nodes: Array.from({ length: count }, (_, index) => ({
      ...sample,
      name: `node-${index}`,
      internalIP: `10.240.${Math.floor(index / 200)}.${(index % 200) + 10}`,
      externalIP: `203.0.113.${index % 250}`,
      podCIDR: `10.244.${index}.0/24`,
      cpu: '64',
      memory: '268435456Ki',
    })),
  };
}

const LABELS = { app: 'web' };

/** A cluster with one Service `web`, and one nginx pod behind it that is ready: every program is loaded, nothing is warm. */
export class Fixture {
  readonly sim = new Simulation({ seed: 3 });
  readonly cluster: Cluster;
  /** Wall-clock ms of the longest event so far. */
  longestEvent = 0;
  /** Events so far. */
  events = 0;

  private constructor(pods: number) {
    const { sim } = this;
    let world: World | undefined;
    const services = new Map<string, unknown>([
      [COMMANDS.name, undefined],
      [CLUSTER_RECORDS.name, { service: () => undefined, slices: () => [], serviceByIP: () => undefined }],
    ]);
    this.cluster = createCluster({
      sim,
      flavour: roomy(pods),
      runtime: (network) => {
        world = { sim, network, machineByHost: () => undefined, service: (key) => services.get(key.name) as never };
        return createRuntime({ world: () => world as World, programs: PROGRAMS });
      },
    });
  }

  /** With room for so many pods. */
  static async make(pods: number): Promise<Fixture> {
    const fixture = new Fixture(pods);
    const { clients } = fixture.cluster;
    clients.resource<KubeObject>('deployments', 'apps').create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 1,
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
        },
      },
    });
    fixture.service('web');
    const all = clients.resource<Pod & KubeObject>('pods');
    const isReady = (pod: Pod) =>
      pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
    await fixture.until(() => all.list({ namespace: 'default' }).some(isReady));
    return fixture;
  }

  /** Creates a Service for the pods. */
  service(name: string): void {
    this.cluster.clients.resource<KubeObject>('services').create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: LABELS, ports: [{ port: 80 }] },
    });
  }

  scale(replicas: number): void {
    const deployments = this.cluster.clients.resource<KubeObject>('deployments', 'apps');
    const now = deployments.get('web', 'default');
    deployments.update({ ...now, spec: { ...(now['spec'] as object), replicas } });
  }

  /** Endpoints that are ready in the slices of a Service. */
  endpoints(service = 'web'): number {
    const slices = this.cluster.clients
      .resource<KubeObject>('endpointslices', 'discovery.k8s.io')
      .list({ labelSelector: `kubernetes.io/service-name=${service}` });
    let count = 0;
    for (const slice of slices)
      for (const each of (slice['endpoints'] as { conditions?: { ready?: boolean } }[] | undefined) ?? [])
        if (each.conditions?.ready !== false) count++;
    return count;
  }

  /** Runs as fast as possible until `done`, which is asked every so many virtual ms. */
  async until(done: () => boolean, every = 50): Promise<void> {
    const { sim } = this;
    let asked = Number.NEGATIVE_INFINITY;
    for (;;) {
      if (sim.now() - asked >= every) {
        asked = sim.now();
        if (done()) return;
      }
      if (sim.held) await loaded(sim);
      const began = performance.now();
      if (!sim.step() && !sim.held) return;
      this.events++;
      this.longestEvent = Math.max(this.longestEvent, performance.now() - began);
    }
  }
}

/** Lets modules be loaded. */
async function loaded(sim: Simulation): Promise<void> {
  do await new Promise<void>((resolve) => setTimeout(resolve, 0));
  while (sim.held);
}
