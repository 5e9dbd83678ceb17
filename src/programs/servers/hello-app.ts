import type { Program } from '../../machines/process.ts';
import { goReply, goStamp, listening } from './listening.ts';

/** Google's sample application: says hello, its version and its host name. */
export const helloApp: Program = {
  name: 'hello-app',
  summary: 'answers Hello, world!',
  *run(context) {
    const port = Number(context.env.get('PORT') ?? 8080);
    const version = context.env.get('HELLO_VERSION') ?? '1.0.0';
    const now = () => context.machine.world.sim.calendar();
    const { hostname } = context.machine;
    return yield* listening(
      context,
      'hello-app',
      (log) => {
        log.error(`${goStamp(now())} Server listening on port ${port}\n`);
        return [
          {
            port,
            serve(request) {
              if (request.kind !== 'http') return { kind: 'close' };
              log.error(`${goStamp(now())} Serving request: ${request.path.split('?')[0]}\n`);
              return goReply(now(), `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n`);
            },
          },
        ];
      },
      () => `${goStamp(now())} listen tcp :${port}: bind: address already in use\n`,
    );
  },
};
