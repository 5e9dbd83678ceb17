import type { Container, ContainerStatus, Pod } from '../api/types.ts';
import type { ContainerWorker } from './container.ts';
import type { PodWorker } from './pod-worker.ts';
import { type ProbeKind, type ProbeTarget, ProbeWorker } from './probe.ts';

/** The probes of one run of a container, and what they say of it. */
export class ProbeSet {
  /** The startup probe has passed, or there is none. */
  started = false;
  /** The readiness probe passes, or there is none. */
  ready = false;
  private probes = new Map<ProbeKind, ProbeWorker>();
  private readonly worker: PodWorker;
  private readonly container: ContainerWorker;

  constructor(worker: PodWorker, container: ContainerWorker) {
    this.worker = worker;
    this.container = container;
  }

  /** The process runs: probing begins. An adopted one keeps what its status said. */
  start(pod: Pod, adopted: ContainerStatus | undefined): void {
    this.stop();
    const { spec } = this.container;
    const target = this.target(pod, spec);
    this.started = spec.startupProbe === undefined || adopted?.started === true;
    this.ready = adopted?.ready ?? (this.started && spec.readinessProbe === undefined);
    if (this.started) this.watch(target, spec);
    else if (spec.startupProbe !== undefined)
      this.begin('Startup', spec.startupProbe, target, (ok) => {
        if (this.started) return;
        if (!ok) {
          this.failed('startup', spec.startupProbe?.terminationGracePeriodSeconds);
          return;
        }
        this.started = true;
        this.ready = spec.readinessProbe === undefined;
        this.probes.get('Startup')?.stop();
        this.watch(target, spec);
        this.worker.containerChanged();
      });
  }

  stop(): void {
    for (const probe of this.probes.values()) probe.stop();
    this.probes.clear();
    this.started = false;
    this.ready = false;
  }

  /** The pod is going: whether it serves is still of interest, but nothing restarts it. */
  stopAllButReadiness(): void {
    this.probes.get('Startup')?.stop();
    this.probes.get('Liveness')?.stop();
  }

  private watch(target: ProbeTarget, { livenessProbe, readinessProbe }: Container): void {
    if (livenessProbe !== undefined)
      this.begin('Liveness', livenessProbe, target, (ok) => {
        if (!ok) this.failed('liveness', livenessProbe.terminationGracePeriodSeconds);
      });
    if (readinessProbe !== undefined)
      this.begin('Readiness', readinessProbe, target, (ok) => {
        if (this.ready === ok) return;
        this.ready = ok;
        this.worker.publishSoon();
      });
  }

  private begin(
    kind: ProbeKind,
    probe: NonNullable<Container['livenessProbe']>,
    target: ProbeTarget,
    verdict: (ok: boolean) => void,
  ): void {
    const failure = (message: string) => this.container.event('Warning', 'Unhealthy', message);
    this.probes.set(kind, new ProbeWorker(target, kind, probe, verdict, failure));
  }

  private failed(kind: string, grace: number | undefined): void {
    this.container.kill(`Container ${this.container.spec.name} failed ${kind} probe, will be restarted`, grace);
  }

  private target(pod: Pod, container: Container): ProbeTarget {
    const { context } = this.worker;
    return {
      sim: context.sim,
      network: context.network,
      node: context.nodeNamespace,
      random: context.random,
      pod,
      container,
      running: () => this.container.running,
      podIP: () => this.worker.address,
    };
  }
}
