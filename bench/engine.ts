import type { EndpointSlice, KubeObject, Node, Pod, Service } from '../src/cluster/api/types.ts';
import { buildScene } from '../src/playground/build-scene.ts';
import { Driver } from '../src/sim/driver.ts';
import { Fixture } from './cluster.ts';
import type { Figure } from './figure.ts';

/** Counting ten thousand endpoints costs time of its own: look only now and then, in virtual ms. */
const LOOK = 400;

/** Wall-clock ms until so many replicas are ready and all their endpoints are there, and what they then keep in memory. */
export async function replicas(count: number): Promise<{ fixture: Fixture; ms: number }> {
  const fixture = await Fixture.make(count);
  fixture.longestEvent = 0;
  const began = performance.now();
  fixture.scale(count);
  await fixture.until(() => fixture.endpoints() >= count, LOOK);
  return { fixture, ms: performance.now() - began };
}

/** The figures of so many replicas. */
export async function replicaFigures(count: number): Promise<Figure[]> {
  const { fixture, ms } = await replicas(count);
  const figures: Figure[] = [
    {
      name: `${count} replicas ready, endpoints complete`,
      value: ms / 1000,
      unit: 's',
      most: count === 1000 ? 0.5 : 6,
    },
    { name: `one of ${count} replicas`, value: ms / count, unit: 'ms' },
  ];
  globalThis.gc?.();
  figures.push(
    { name: `memory for one of ${count} replicas`, value: process.memoryUsage().heapUsed / 1000 / count, unit: 'kB' },
    ...listFigures(fixture, count),
    ...sceneFigures(fixture, count),
  );
  return figures;
}

/** What `kubectl get pods` asks for, answered and written down as JSON. */
function listFigures({ cluster }: Fixture, count: number): Figure[] {
  const began = performance.now();
  const { body } = cluster.api.rest({
    method: 'GET',
    path: '/api/v1/namespaces/default/pods',
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
  });
  const text = JSON.stringify(body);
  const value = performance.now() - began;
  if (!text.includes(`"Running"`)) throw new Error('the table has no pods in it');
  return [{ name: `the table of ${count} pods`, value, unit: 'ms' }];
}

/** Drawing up the page's scene, which happens between slices of the engine. */
function sceneFigures({ cluster, sim }: Fixture, count: number): Figure[] {
  if (count > 1000) return [];
  const list = <T extends KubeObject>(plural: string, group = '') => cluster.clients.resource<T>(plural, group).list();
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    buildScene({
      at: sim.now(),
      nodes: list<Node & KubeObject>('nodes'),
      pods: list<Pod & KubeObject>('pods'),
      services: list<Service & KubeObject>('services'),
      slices: list<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io'),
      powered: (node) => cluster.powered(node),
      shells: [],
      nodeNetwork: cluster.flavour.nodeNetwork,
    });
    times.push(performance.now() - began);
  }
  const [first = 0, ...again] = times;
  return [
    { name: `the page's scene of ${count} pods, all of them new`, value: first, unit: 'ms' },
    { name: `the page's scene of ${count} pods, drawn again`, value: Math.max(...again), unit: 'ms', most: 8 },
  ];
}

/** Slices of the page's driver while so many replicas start. */
export async function sliceFigures(count: number): Promise<Figure[]> {
  const fixture = await Fixture.make(count);
  fixture.scale(count);
  const slices: number[] = [];
  let began = 0;
  const driver = new Driver(
    fixture.sim,
    {
      now: () => performance.now(),
      later: (_ms, run) =>
        setImmediate(() => {
          began = performance.now();
          run();
          slices.push(performance.now() - began);
        }),
    },
    { speed: Number.POSITIVE_INFINITY },
  );
  let looked = 0;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (fixture.sim.now() - looked > LOOK) {
        looked = fixture.sim.now();
        if (fixture.endpoints() >= count) return resolve();
      }
      setImmediate(look);
    };
    look();
  });
  driver.stop();
  slices.sort((a, b) => a - b);
  const at = (share: number) => slices[Math.min(slices.length - 1, Math.floor(slices.length * share))] ?? 0;
  return [
    { name: `slices while ${count} replicas start: half of them within`, value: at(0.5), unit: 'ms' },
    { name: `slices while ${count} replicas start: 90 of 100 within`, value: at(0.9), unit: 'ms', most: 8 },
    { name: `slices while ${count} replicas start: the longest (it collects garbage)`, value: at(1), unit: 'ms' },
  ];
}

/** One request with its trace in a cluster of many Services and pods. */
export async function traceFigures(services: number, pods: number): Promise<Figure[]> {
  const { fixture } = await replicas(pods);
  // All select the same pods, which no cluster does; so do two of them, and the others are like those of other applications.
  for (let i = 0; i < services; i++)
    fixture.cluster.clients.resource<KubeObject>('services').create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `other-${i}`, namespace: 'default' },
      spec: { selector: { app: i === 0 ? 'web' : `other-${i}` }, ports: [{ port: 80 }] },
    });
  await fixture.until(() => fixture.endpoints('other-0') >= pods, LOOK);
  const { network, clients } = fixture.cluster;
  const address = clients.resource<Service & KubeObject>('services').get('web', 'default').spec?.clusterIP ?? '';
  const from = network.nodeNamespace('node-0');
  const runs = 5000;
  let answered = 0;
  const times: number[] = [];
  network.onTrace((trace) => {
    if (trace.outcome === 'ok') answered++;
  });
  const first = performance.now();
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    network.connect(
      from,
      {
        protocol: 'TCP',
        address,
        port: 80,
        request: { kind: 'http', method: 'GET', path: '/', version: '1.1', headers: [['Host', address]], body: '' },
      },
      { program: 'curl', target: `http://${address}` },
    );
    times.push(performance.now() - began);
  }
  const value = (performance.now() - first) / runs;
  times.sort((a, b) => a - b);
  if (answered !== runs) throw new Error(`${runs - answered} of ${runs} requests failed`);
  // A Service whose selector matches none of the pods: the whole chain of causes, down to the field.
  const lonely = clients.resource<Service & KubeObject>('services').get('other-1', 'default').spec?.clusterIP ?? '';
  const refused = 400;
  let links = 0;
  const began = performance.now();
  for (let i = 0; i < refused; i++)
    links += network.connect(
      from,
      { protocol: 'TCP', address: lonely, port: 80 },
      { program: 'curl', target: `http://${lonely}` },
    ).trace.causes.length;
  const why = (performance.now() - began) / refused;
  if (links !== 4 * refused) throw new Error(`${links} links for ${refused} refusals`);
  return [
    { name: `a trace with ${services} Services, ${pods} pods`, value, unit: 'ms', most: 1 },
    { name: '99 of 100 of those within', value: times[Math.floor(runs * 0.99)] ?? 0, unit: 'ms', most: 1 },
    { name: 'a trace that fails, with its causes', value: why, unit: 'ms', most: 1 },
  ];
}

/** A fresh cluster, until its nodes and system pods stand. */
export async function startFigures(): Promise<Figure[]> {
  const began = performance.now();
  await Fixture.make(100);
  return [{ name: 'a cluster made, its first pod ready', value: performance.now() - began, unit: 'ms' }];
}
