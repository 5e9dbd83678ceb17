import type { Program } from '../../machines/process.ts';
import { until } from '../../sim/routine.ts';

/** A first process that waits to be told to end: pause, kube-proxy (whose work the network does). */
function idle(name: string, summary: string, greeting = ''): Program {
  return {
    name,
    summary,
    *run(context) {
      if (greeting !== '') yield* context.stderr.write(greeting);
      yield* until<void>((done) => {
        const stops = [context.onSignal('SIGTERM', () => done()), context.onSignal('SIGINT', () => done())];
        return () => {
          for (const stop of stops) stop();
        };
      });
      return 0;
    },
  };
}

export const pause = idle('pause', 'holds a pod open');
export const kubeProxy = idle(
  'kube-proxy',
  'keeps the rules of Services',
  'I0101 00:00:00.000000       1 server.go:677] "Successfully retrieved node IP(s)"\n',
);
