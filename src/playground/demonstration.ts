import type { EndpointSlice, KubeObject, Node, Pod, Service } from '../cluster/api/types.ts';
import type { Trace } from '../cluster/network/trace.ts';
import type { Demo } from '../lessons/format.ts';
import type { Computer } from '../machines/computer.ts';
import { callbackOutput } from '../machines/streams.ts';
import { buildScene } from './build-scene.ts';
import { fillPlaceholders } from './fill.ts';
import type { DemoCard } from './protocol.ts';
import type { SceneShell } from './scene.ts';
import type { Session } from './session.ts';
import { pass } from './what-if.ts';

/** A command that has not ended after this long is stopped, in virtual ms. */
const PATIENCE = 20_000;
/** Packets shown of one demonstration; more would only repeat. */
const MOST_TRACES = 16;
/** So often the command is made anew until its packets pass the hops that are to be seen. */
const TRIES = 8;

/**
 * Runs a step's demonstration on a copy of the cluster, as fast as possible, and gives what it looked like: the copy's scene and
 * the packets, in order. The session itself is not touched. Undefined when the machine that is to run it is not there.
 */
export async function demonstrate(session: Session, demo: Demo): Promise<DemoCard | undefined> {
  const copy = session.fork();
  try {
    await copy.ready();
    await pass(copy.sim, 200);
    if (demo.prepare !== undefined) await copy.script(demo.prepare);
    const computer = machineOf(copy, demo.on);
    if (computer === undefined) return undefined;
    const line = fillPlaceholders(demo.run, copy.cluster.clients);
    let card = await shown(copy, computer, line);
    for (let tries = 1; tries < TRIES && !passes(card, demo); tries++) card = await shown(copy, computer, line);
    return card;
  } finally {
    copy.stop();
  }
}

/** Whether the packets pass all hops that the demonstration is to show. */
function passes({ traces }: DemoCard, { shows = [] }: Demo): boolean {
  return shows.every((code) => traces.some(({ steps }) => steps.some((step) => step.code === code)));
}

async function shown(copy: Session, computer: Computer, line: string): Promise<DemoCard> {
  const { sim, cluster } = copy;
  const traces: Trace[] = [];
  const unwatch = cluster.network.onTrace((trace) => {
    if (trace.purpose === 'healthcheck' || trace.program === 'kubelet' || copy.ownTraffic(trace)) return;
    if (traces.length < MOST_TRACES) traces.push({ ...trace, causes: trace.causes });
  });
  let output = '';
  const out = callbackOutput((text) => {
    output += text;
  }, false);
  const process = computer.start({ argv: ['sh', '-c', line], env: computer.env, stdout: out, stderr: out });
  const limit = sim.now() + PATIENCE;
  while (process.alive && sim.now() < limit) await pass(sim, 50);
  const status = process.alive ? 124 : (process.exitCode ?? 0);
  if (process.alive) process.signalTree('SIGKILL');
  unwatch();
  return {
    line,
    machine: computer.id,
    label: computer.hostname,
    scene: sceneOf(copy, computer, line),
    traces,
    output,
    status,
  };
}

/** The machine that a demonstration names. */
function machineOf(session: Session, on: string): Computer | undefined {
  if (on === 'node') {
    const node = session.cluster.nodes.find(({ name }) => session.cluster.powered(name));
    return node === undefined ? undefined : session.machine(node.name);
  }
  if (on !== 'pod') return session.machine(on);
  const pod = session.cluster.clients
    .resource<Pod & KubeObject>('pods')
    .list({ namespace: 'default' })
    .find(
      (each) => each.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true,
    );
  return session.machine(`pod/default/${pod?.metadata?.name ?? ''}`);
}

/** The copy's cluster, with a shell where the command runs. */
function sceneOf({ cluster, sim, docker, laptop }: Session, computer: Computer, command: string) {
  const list = <T extends KubeObject>(plural: string, group = '') => cluster.clients.resource<T>(plural, group).list();
  const { place } = computer.network;
  const address = computer.network.address ?? '';
  const shell: SceneShell =
    place.at === 'node'
      ? { machine: computer.id, kind: 'node', node: place.node, command, address }
      : place.at === 'pod'
        ? { machine: computer.id, kind: 'pod', node: place.node, pod: place.pod, command, address }
        : {
            machine: 'laptop',
            kind: 'laptop',
            ...(computer === laptop ? { command } : {}),
            address: laptop.network.address ?? '',
          };
  return buildScene({
    at: sim.now(),
    nodes: list<Node & KubeObject>('nodes'),
    pods: list<Pod & KubeObject>('pods'),
    services: list<Service & KubeObject>('services'),
    slices: list<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io'),
    powered: (node) => cluster.powered(node),
    shells: [
      ...(shell.machine === 'laptop'
        ? []
        : [{ machine: 'laptop', kind: 'laptop' as const, address: laptop.network.address ?? '' }]),
      shell,
    ],
    dockerHosts: docker.scene(),
    nodeNetwork: cluster.flavour.nodeNetwork,
  });
}
