import type { KubeObject, Pod } from '../src/cluster/api/types.ts';
import { createCluster } from '../src/cluster/cluster.ts';
import type { Flavour } from '../src/cluster/flavours/flavour.ts';
import { FLAVOURS } from '../src/cluster/flavours/index.ts';
import { createRuntime } from '../src/images/runtime.ts';
import { CLUSTER_RECORDS } from '../src/machines/dns-source.ts';
import type { World } from '../src/machines/machine.ts';
import { COMMANDS } from '../src/machines/shell/observer.ts';
import { PROGRAMS } from '../src/programs/registry.ts';
import { Simulation } from '../src/sim/simulation.ts';

/** A flavour with room for so many pods. */
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

/** Wall-clock ms until so many replicas are ready and all their endpoints are there; and the longest single event. */
export async function replicas(count: number): Promise<{ ms: number; longestEvent: number }> {
  const sim = new Simulation({ seed: 3 });
  let world: World | undefined;
  const services = new Map<string, unknown>([
    [COMMANDS.name, undefined],
    [CLUSTER_RECORDS.name, { service: () => undefined, slices: () => [], serviceByIP: () => undefined }],
  ]);
  const cluster = createCluster({
    sim,
    flavour: roomy(count),
    runtime: (network) => {
      world = { sim, network, machineByHost: () => undefined, service: (key) => services.get(key.name) as never };
      return createRuntime({ world: () => world as World, programs: PROGRAMS });
    },
  });
  const drain = async () => {
    do await new Promise<void>((resolve) => setTimeout(resolve, 0));
    while (sim.held);
  };
  const until = async (done: () => boolean) => {
    let longest = 0;
    for (let steps = 0; ; steps++) {
      if (steps % 64 === 0 && done()) return longest;
      if (sim.held) await drain();
      const began = performance.now();
      if (!sim.step() && !sim.held) return longest;
      longest = Math.max(longest, performance.now() - began);
    }
  };
  const ready = () => {
    const slices = cluster.clients
      .resource<KubeObject>('endpointslices', 'discovery.k8s.io')
      .list({ labelSelector: 'kubernetes.io/service-name=web' });
    const endpoints = slices.flatMap(
      (slice) => (slice['endpoints'] as { conditions?: { ready?: boolean } }[] | undefined) ?? [],
    );
    return endpoints.filter((each) => each.conditions?.ready !== false).length >= count;
  };
  // The programs that pods run are loaded before the clock starts.
  const labels = { app: 'web' };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
  };
  const deployment = (replicaCount: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: replicaCount, selector: { matchLabels: labels }, template },
  });
  const deployments = cluster.clients.resource<KubeObject>('deployments', 'apps');
  deployments.create(deployment(1));
  cluster.clients.resource<KubeObject>('services').create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  const pods = cluster.clients.resource<Pod & KubeObject>('pods');
  await until(() =>
    pods
      .list({ namespace: 'default' })
      .some((pod) => pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true),
  );
  const began = performance.now();
  const now = deployments.get('web', 'default');
  deployments.update({ ...now, spec: { ...(now['spec'] as object), replicas: count } });
  let checked = 0;
  const longestEvent = await until(() => {
    // Counting ten thousand endpoints costs time of its own: look only now and then.
    if (sim.now() - checked < 400) return false;
    checked = sim.now();
    return ready();
  });
  const ms = performance.now() - began;
  cluster.stop();
  return { ms, longestEvent };
}
