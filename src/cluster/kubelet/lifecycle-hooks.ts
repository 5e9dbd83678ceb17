import type { Container } from '../api/types.ts';
import type { WorkerContext } from './pod-worker.ts';
import type { RunningContainer } from './runtime.ts';

type Lifecycle = NonNullable<Container['lifecycle']>;
export type LifecycleHook = NonNullable<Lifecycle['preStop']> & { readonly sleep?: { readonly seconds: number } };

/** What a hook is run with. */
export interface HookTarget {
  readonly context: WorkerContext;
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIP: string;
  after(ms: number, run: () => void): void;
}

/** Runs a postStart or preStop hook; `done` is called once it is over, with whether it went well. */
export function runHook(hook: LifecycleHook, target: HookTarget, done: (ok: boolean) => void): void {
  if (hook.sleep !== undefined) {
    target.after(hook.sleep.seconds * 1000, () => done(true));
    return;
  }
  if (hook.exec !== undefined) {
    const session = target.running.exec({ command: hook.exec.command ?? [], stdin: false, tty: false });
    if ('error' in session) target.after(1, () => done(false));
    else session.onExit((code) => done(code === 0));
    return;
  }
  const { httpGet } = hook;
  if (httpGet === undefined) {
    target.after(0, () => done(true));
    return;
  }
  const { port: named } = httpGet;
  const port =
    typeof named === 'number' ? named : target.container.ports?.find((each) => each.name === named)?.containerPort;
  const address = httpGet.host || target.podIP;
  const path = httpGet.path ?? '/';
  const { trace, reply } = target.context.network.connect(
    target.context.nodeNamespace,
    {
      protocol: 'TCP',
      address,
      port: port ?? 0,
      request: {
        kind: 'http',
        method: 'GET',
        path,
        version: '1.1',
        headers: [
          ['Host', `${address}:${port}`],
          ['User-Agent', 'kube-lifecycle/1.33'],
        ],
        body: '',
      },
    },
    { program: 'kubelet', target: `http://${address}:${port}${path}`, purpose: 'probe' },
  );
  target.after(trace.duration, () => done(reply?.kind === 'http' && reply.status >= 200 && reply.status < 400));
}
