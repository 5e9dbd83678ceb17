import type { Random } from '../../sim/random.ts';
import type { Simulation, Timer } from '../../sim/simulation.ts';
import type { Container, Pod } from '../api/types.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { Network } from '../network/network.ts';
import type { ExecSession, RunningContainer } from './runtime.ts';

type Probe = NonNullable<Container['readinessProbe']>;
export type ProbeKind = 'Startup' | 'Liveness' | 'Readiness';

/** One attempt: good, or bad with the words of the Unhealthy event. */
type Attempt = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface ProbeTarget {
  readonly sim: Simulation;
  readonly network: Network;
  /** The node's own namespace: probes come from the kubelet. */
  readonly node: NetworkNamespace;
  readonly random: Random;
  readonly pod: Pod;
  readonly container: Container;
  running(): RunningContainer | undefined;
  podIP(): string;
}

/** Runs one probe of a container on its period and reports when its verdict changes (pkg/kubelet/prober/worker.go). */
export class ProbeWorker {
  private timer: Timer | undefined;
  private streak = 0;
  private lastOk: boolean | undefined;
  private stopped = false;
  private readonly target: ProbeTarget;
  private readonly probe: Probe;
  private readonly kind: ProbeKind;
  private readonly onVerdict: (ok: boolean) => void;
  private readonly onFailure: (message: string) => void;

  constructor(
    target: ProbeTarget,
    kind: ProbeKind,
    probe: Probe,
    onVerdict: (ok: boolean) => void,
    onFailure: (message: string) => void,
  ) {
    this.target = target;
    this.kind = kind;
    this.probe = probe;
    this.onVerdict = onVerdict;
    this.onFailure = onFailure;
    // The first attempt comes somewhere within the first period, so that restarted kubelets do not probe in step.
    const jitter = target.random.next() * Math.min(1000, (probe.periodSeconds ?? 10) * 1000);
    this.schedule((probe.initialDelaySeconds ?? 0) * 1000 + jitter);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private schedule(ms: number): void {
    this.timer = this.target.sim.schedule(ms, () => this.attempt());
  }

  private attempt(): void {
    const { probe } = this;
    const done = (result: Attempt) => {
      if (this.stopped) return;
      if (result.ok === this.lastOk) this.streak++;
      else {
        this.lastOk = result.ok;
        this.streak = 1;
      }
      if (!result.ok) this.onFailure(`${this.kind} probe failed: ${result.message}`);
      const threshold = result.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
      if (this.streak >= threshold) this.onVerdict(result.ok);
      if (!this.stopped) this.schedule((probe.periodSeconds ?? 10) * 1000);
    };
    if (probe.exec !== undefined) this.exec(probe.exec.command ?? [], done);
    else done(this.connect());
  }

  private connect(): Attempt {
    const { target, probe } = this;
    const { httpGet, tcpSocket, grpc } = probe;
    const port = portNumber(target.container, httpGet?.port ?? tcpSocket?.port ?? grpc?.port ?? 0);
    const address = (httpGet?.host ?? tcpSocket?.host) || target.podIP();
    const timeout = (probe.timeoutSeconds ?? 1) * 1000;
    const scheme = (httpGet?.scheme ?? 'HTTP').toLowerCase();
    const path = httpGet?.path ?? '/';
    const url = `${scheme}://${address}:${port}${path.startsWith('/') ? path : `/${path}`}`;
    const exchange = target.network.connect(
      target.node,
      {
        protocol: 'TCP',
        address,
        port,
        ...(scheme === 'https' ? { tls: { serverName: address, insecure: true } } : {}),
        ...(httpGet === undefined
          ? {}
          : {
              request: {
                kind: 'http' as const,
                method: 'GET',
                path,
                version: '1.1' as const,
                headers: [
                  ['Host', `${address}:${port}`],
                  ['User-Agent', 'kube-probe/1.33'],
                  ['Accept', '*/*'],
                  ...(httpGet.httpHeaders ?? []).map((header): [string, string] => [header.name, header.value]),
                ],
                body: '',
              },
            }),
      },
      { program: 'kubelet', target: url, purpose: 'probe' },
    );
    const { trace, reply } = exchange;
    if (grpc !== undefined && (trace.outcome !== 'ok' || trace.duration > timeout)) {
      const within = `${probe.timeoutSeconds ?? 1}s`;
      const message = `timeout: failed to connect service "${address}:${port}" within ${within}: context deadline exceeded`;
      return { ok: false, message };
    }
    const dial = `dial tcp ${address}:${port}`;
    const words = httpGet === undefined ? '' : `Get "${url}": `;
    if (trace.outcome === 'refused') return { ok: false, message: `${words}${dial}: connect: connection refused` };
    if (trace.outcome === 'unreachable') return { ok: false, message: `${words}${dial}: connect: no route to host` };
    if (trace.outcome !== 'ok' || trace.duration > timeout)
      return {
        ok: false,
        message:
          httpGet === undefined
            ? `${dial}: i/o timeout`
            : `${words}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      };
    if (httpGet === undefined || reply === undefined) return { ok: true };
    if (reply.kind !== 'http') return { ok: false, message: `${words}EOF` };
    return reply.status >= 200 && reply.status < 400
      ? { ok: true }
      : { ok: false, message: `HTTP probe failed with statuscode: ${reply.status}` };
  }

  private exec(command: readonly string[], done: (result: Attempt) => void): void {
    const container = this.target.running();
    if (container === undefined) {
      done({ ok: false, message: 'container is not running' });
      return;
    }
    const session = container.exec({ command, stdin: false, tty: false });
    if ('error' in session) {
      done({ ok: false, message: session.error });
      return;
    }
    const running: ExecSession = session;
    let output = '';
    let over = false;
    const timer = this.target.sim.schedule((this.probe.timeoutSeconds ?? 1) * 1000, () => {
      if (over) return;
      over = true;
      running.signal(9);
      done({
        ok: false,
        message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${this.probe.timeoutSeconds ?? 1}s`,
      });
    });
    running.onOutput((text) => {
      output += text;
    });
    running.onExit((code) => {
      if (over) return;
      over = true;
      timer.cancel();
      done(code === 0 ? { ok: true } : { ok: false, message: output });
    });
  }
}

/** A probe's port may be a name of one of the container's ports. */
function portNumber(container: Container, port: number | string): number {
  if (typeof port === 'number') return port;
  return container.ports?.find((each) => each.name === port)?.containerPort ?? Number(port);
}
