import { type LogEntry, Simulation } from '../../sim/simulation.ts';
import type {
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  KubeObject,
  Node,
  Pod,
  PodSpec,
  ReplicaSet,
  Service,
} from '../api/types.ts';
import { type Cluster, type ClusterOptions, createCluster } from '../cluster.ts';
import type { Flavour } from '../flavours/flavour.ts';
import { gce } from '../flavours/gce.ts';
import { podSummary } from '../resources/pod-summary.ts';
import { type Behaviour, FakeRuntime } from './fake-runtime.ts';

export interface LabOptions {
  readonly seed?: number;
  readonly flavour?: ClusterOptions['flavour'];
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly podLimit?: number;
}

/** A cluster with a fake runtime, and short words for what tests do to it and see of it. Everything is in `default`. */
export class Lab {
  readonly sim: Simulation;
  readonly runtime: FakeRuntime;
  readonly cluster: Cluster;
  readonly log: LogEntry[] = [];

  constructor(options: LabOptions = {}) {
    this.sim = new Simulation({ seed: options.seed ?? 1 });
    this.sim.onLog((entry) => this.log.push(entry));
    this.runtime = new FakeRuntime(this.sim, { behaviours: options.behaviours ?? {} });
    this.cluster = createCluster({
      sim: this.sim,
      runtime: () => this.runtime,
      ...(options.flavour === undefined ? {} : { flavour: options.flavour }),
      ...(options.podLimit === undefined ? {} : { podLimit: options.podLimit }),
    });
  }

  resource<T extends KubeObject>(plural: string, group = '') {
    return this.cluster.clients.resource<T>(plural, group);
  }

  get deployments() {
    return this.resource<Deployment & KubeObject>('deployments', 'apps');
  }

  get sets() {
    return this.resource<ReplicaSet & KubeObject>('replicasets', 'apps');
  }

  get nodes() {
    return this.resource<Node & KubeObject>('nodes');
  }

  /** Lets so many virtual seconds pass. */
  pass(seconds: number): void {
    this.sim.runFor(seconds * 1000);
  }

  /** Runs until the condition holds, looked at every 50 ms. @throws when it does not within so many virtual seconds */
  until(what: string, condition: () => boolean, seconds = 60): void {
    const end = this.sim.now() + seconds * 1000;
    while (!condition()) {
      if (this.sim.now() >= end) throw new Error(`not within ${seconds} s: ${what}\n${this.picture()}`);
      this.sim.runFor(50);
    }
  }

  /** Creates a Deployment of nginx. */
  deploy(name: string, replicas: number, spec: Partial<PodSpec> = {}, more: object = {}): void {
    this.deployments.create({
      metadata: { name, namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [nginx()], ...spec } },
        ...more,
      },
    });
  }

  /** Creates a pod that nobody controls. */
  pod(name: string, spec: Partial<PodSpec> = {}, metadata: object = {}): void {
    this.resource<Pod & KubeObject>('pods').create({
      metadata: { name, namespace: 'default', ...metadata },
      spec: { containers: [nginx()], ...spec },
    });
  }

  /** Creates a Service for the pods of a Deployment. */
  service(name: string, spec: Partial<NonNullable<Service['spec']>> = {}): void {
    this.resource<Service & KubeObject>('services').create({
      metadata: { name, namespace: 'default' },
      spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec },
    });
  }

  scale(name: string, replicas: number): void {
    this.change('deployments', 'apps', name, { spec: { replicas } });
  }

  /** Changes an object by a merge patch. */
  change(plural: string, group: string, name: string, patch: object, namespace: string | undefined = 'default'): void {
    this.resource(plural, group).patch(name, namespace, 'application/merge-patch+json', patch);
  }

  pods(app?: string): (Pod & KubeObject)[] {
    const all = this.resource<Pod & KubeObject>('pods').list({ namespace: 'default' });
    return app === undefined ? all : all.filter((pod) => pod.metadata?.labels?.['app'] === app);
  }

  findPod(name: string): (Pod & KubeObject) | undefined {
    return this.resource<Pod & KubeObject>('pods').find(name, 'default');
  }

  /** What `kubectl get pod` shows in STATUS. */
  status(pod: Pod | undefined): string {
    return pod === undefined ? 'gone' : podSummary(pod, this.sim.calendar()).status;
  }

  ready(app: string): number {
    return this.pods(app).filter(
      (pod) =>
        pod.metadata?.deletionTimestamp === undefined &&
        pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'),
    ).length;
  }

  deployment(name: string): Deployment & KubeObject {
    return this.deployments.get(name, 'default');
  }

  /** The sets of a Deployment with pods, as `replicas` by revision. */
  sizes(name: string): Record<string, number> {
    const uid = this.deployment(name).metadata?.uid ?? '';
    const found: Record<string, number> = {};
    for (const set of this.sets.ownedBy(uid)) {
      const revision = set.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? '';
      found[revision] = set.spec?.replicas ?? 0;
    }
    return found;
  }

  endpoints(name: string): (Endpoints & KubeObject) | undefined {
    return this.resource<Endpoints & KubeObject>('endpoints').find(name, 'default');
  }

  slices(service: string): (EndpointSlice & KubeObject)[] {
    return this.resource<EndpointSlice & KubeObject>('endpointslices', 'discovery.k8s.io').list({
      namespace: 'default',
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
  }

  /** `Reason: message` of the events about an object, in the order they were first seen; `xN` for those that repeat. */
  events(name: string, namespace = 'default'): string[] {
    return this.resource<Event & KubeObject>('events')
      .list({ namespace, fieldSelector: `involvedObject.name=${name}` })
      .map(({ reason, message, count = 1 }) => `${reason}: ${message}${count > 1 ? ` x${count}` : ''}`);
  }

  /** One line for each pod, for messages of failed tests. */
  picture(): string {
    return this.pods()
      .map(
        (pod) => `${pod.metadata?.name} ${this.status(pod)} ${pod.spec?.nodeName ?? '-'} ${pod.status?.podIP ?? '-'}`,
      )
      .join('\n');
  }
}

/** A container as the tutorial has it. */
export function nginx(more: object = {}): PodSpec['containers'][number] {
  return { name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], ...more };
}

/** A cluster like the default one, with more nodes. */
export function manyNodes(count: number): Flavour {
  const [first] = gce.nodes;
  if (first === undefined) throw new RangeError('the flavour has no nodes');
  const nodes = Array.from({ length: count }, (_, index) => {
    const [high, low] = [index >> 8, index & 255];
    const name = `node-${index}`;
    const { externalIP: _external, ...rest } = first;
    return {
      ...rest,
      name,
      internalIP: `10.240.${high + 1}.${low}`,
      podCIDR: `10.${128 + high}.${low}.0/24`,
      systemPodIP: `10.${128 + high}.${low}.2`,
      labels: { ...first.labels, 'kubernetes.io/hostname': name },
    };
  });
  return { ...gce, name: `${count} nodes`, podCIDR: '10.128.0.0/9', nodes };
}
