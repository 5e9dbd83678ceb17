import { Simulation } from '../../../sim/simulation.ts';
import type { KubeObject, Pod, Service } from '../../api/types.ts';
import { type Cluster, createCluster } from '../../cluster.ts';
import { FakeRuntime, type FakeRuntimeOptions } from '../../testing/fake-runtime.ts';
import type { NetworkNamespace } from '../namespace.ts';
import type { Exchange } from '../network.ts';
import type { Trace } from '../trace.ts';

export const NODE_A = 'kubernetes-minion-905m';
export const NODE_B = 'kubernetes-minion-ljyd';

type PodObject = Pod & KubeObject;

/** A cluster with a few words to put things into it and to send packets through it. */
export class Lab {
  readonly sim: Simulation;
  readonly runtime: FakeRuntime;
  readonly cluster: Cluster;

  constructor(options: FakeRuntimeOptions & { seed?: number; flavour?: string } = {}) {
    this.sim = new Simulation({ seed: options.seed ?? 1 });
    let runtime: FakeRuntime | undefined;
    this.cluster = createCluster({
      sim: this.sim,
      flavour: options.flavour ?? 'gce',
      runtime: () => {
        runtime = new FakeRuntime(this.sim, options);
        return runtime;
      },
    });
    if (runtime === undefined) throw new Error('the cluster made no runtime');
    this.runtime = runtime;
    this.wait(20);
  }

  get network() {
    return this.cluster.network;
  }

  wait(seconds: number): this {
    this.sim.runFor(seconds * 1000);
    return this;
  }

  create(...objects: (KubeObject & { kind: string })[]): this {
    const plurals: Readonly<Record<string, readonly [string, string]>> = {
      Pod: ['pods', ''],
      Service: ['services', ''],
      Deployment: ['deployments', 'apps'],
      Namespace: ['namespaces', ''],
      NetworkPolicy: ['networkpolicies', 'networking.k8s.io'],
      EndpointSlice: ['endpointslices', 'discovery.k8s.io'],
    };
    for (const object of objects) {
      const [plural, group] = plurals[object.kind] ?? ['', ''];
      const metadata = { namespace: object.kind === 'Namespace' ? undefined : 'default', ...object.metadata };
      this.cluster.clients.resource(plural, group).create({ ...object, metadata } as KubeObject);
    }
    return this;
  }

  /** Two my-nginx pods, one on each node, ready. */
  nginx(replicas = 2, port = 80): this {
    return this.create(deployment('my-nginx', replicas, port)).wait(15);
  }

  service(spec: NonNullable<Service['spec']> = {}, name = 'my-nginx'): this {
    return this.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { ports: [{ port: 80, protocol: 'TCP' }], selector: { run: 'my-nginx' }, ...spec },
    }).wait(1);
  }

  serviceObject(name = 'my-nginx'): Service & KubeObject {
    return this.cluster.clients.resource<Service & KubeObject>('services').get(name, 'default');
  }

  clusterIP(name = 'my-nginx'): string {
    return this.serviceObject(name).spec?.clusterIP ?? '';
  }

  nodePort(name = 'my-nginx'): number {
    return this.serviceObject(name).spec?.ports?.[0]?.nodePort ?? 0;
  }

  pods(run = 'my-nginx'): PodObject[] {
    return this.cluster.clients.resource<PodObject>('pods').list({ namespace: 'default', labelSelector: `run=${run}` });
  }

  /** The my-nginx pod on a node. */
  podOn(node: string): PodObject {
    const found = this.pods().find((pod) => pod.spec?.nodeName === node);
    if (found === undefined) throw new Error(`no pod on ${node}`);
    return found;
  }

  ipOn(node: string): string {
    return this.podOn(node).status?.podIP ?? '';
  }

  node(name: string): NetworkNamespace {
    return this.network.nodeNamespace(name);
  }

  insidePod(node: string): NetworkNamespace {
    const owner = this.network.ownerOf(this.ipOn(node));
    if (owner === undefined) throw new Error(`no namespace for the pod on ${node}`);
    return owner;
  }

  get(from: NetworkNamespace, address: string, port = 80): Exchange {
    return this.network.connect(
      from,
      {
        protocol: 'TCP',
        address,
        port,
        request: { kind: 'http', method: 'GET', path: '/', version: '1.1', headers: [['Host', address]], body: '' },
      },
      { program: 'curl', target: `http://${address}` },
    );
  }

  ping(from: NetworkNamespace, address: string): Exchange {
    return this.network.ping(from, address, { program: 'ping', target: address });
  }
}

export function deployment(name: string, replicas: number, port = 80): KubeObject & { kind: string } {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { run: name } },
      template: {
        metadata: { labels: { run: name } },
        spec: { containers: [{ name, image: 'nginx', ports: [{ containerPort: port }] }] },
      },
    },
  };
}

/** `code at PLACE`, hop by hop. */
export function way(trace: Trace): string[] {
  return trace.steps.map((step) => {
    const { place } = step;
    const where = 'node' in place ? `${place.at}@${place.node.slice(-4)}` : place.at;
    return `${step.code} ${where}`;
  });
}

/** The addresses of each rewrite: `10.0.0.5:80>10.244.2.5:80`, sender first. */
export function rewrites(trace: Trace): string[] {
  return trace.steps.flatMap(({ before, after, rewrite }) =>
    after === undefined
      ? []
      : [
          `${rewrite} ${before.src}>${before.dst}:${before.dstPort} => ${after.src}>${after.dst}:${after.dstPort}`.replaceAll(
            /:3\d{4}(?= |$)/g,
            ':*',
          ),
        ],
  );
}
