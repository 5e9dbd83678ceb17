import {
  AddressInUse,
  type AppReply,
  type Listener,
  type NetworkNamespace,
} from '../../../cluster/network/namespace.ts';
import type { Context } from '../../../machines/process.ts';
import { type Routine, until } from '../../../sim/routine.ts';
import { PlainFailure } from '../errors.ts';

/** A local port, and the port of the pod it leads to. */
export interface ForwardedPort {
  readonly local: number;
  readonly remote: number;
}

/** How long after the pod is gone its connection is found to be lost, in virtual ms. */
const PROBE = 500;
/** Local ports that the kernel gives out, as ip_local_port_range has them. */
const FIRST_FREE = 32768;
const LAST_FREE = 60999;

/**
 * Listens on the machine for each port, and passes what comes to the pod's localhost, until interrupted or until the pod is lost.
 * Prints what client-go's portforward prints. @throws PlainFailure when nothing can be listened on, and when the pod is lost
 */
export function* forward(
  context: Context,
  pod: NetworkNamespace,
  addresses: readonly string[],
  ports: readonly ForwardedPort[],
): Routine<void> {
  const closes: (() => void)[] = [];
  const said: { readonly text: string; readonly error?: boolean }[] = [];
  let lost = false;
  let wake: (() => void) | undefined;
  const tell = (text: string, error = false) => {
    said.push({ text, error });
    wake?.();
  };
  try {
    for (const { local, remote } of ports) {
      const open = listenOn(context, addresses, local, (port) =>
        passOn(context, pod, port, remote, tell, () => {
          lost = true;
        }),
      );
      if ('errors' in open) {
        yield* context.stderr.write(
          `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${open.errors.join(' ')}]\n`,
        );
        continue;
      }
      closes.push(...open.closes);
      for (const each of open.shown) yield* context.stdout.write(`Forwarding from ${each}:${open.port} -> ${remote}\n`);
    }
    if (closes.length === 0) {
      const asked = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
      throw new PlainFailure(`error: unable to listen on any of the requested ports: [${asked}]`, 1);
    }
    for (;;) {
      yield* untilTold(
        context,
        () => said.length > 0 || lost || !pod.up,
        (call) => {
          wake = call;
        },
      );
      for (const { text, error } of said.splice(0))
        yield* (error === true ? context.stderr : context.stdout).write(text);
      if (lost || !pod.up) throw new PlainFailure('error: lost connection to pod', 1);
    }
  } finally {
    for (const close of closes) close();
  }
}

/** Waits until something is to be said, looking after the pod meanwhile. */
function* untilTold(
  context: Context,
  holds: () => boolean,
  onWake: (call: (() => void) | undefined) => void,
): Routine<void> {
  if (holds()) return;
  const { sim } = context.machine.world;
  yield* until<void>((resolve) => {
    let probe = sim.schedule(PROBE, look);
    function look() {
      if (holds()) resolve();
      else probe = sim.schedule(PROBE, look);
    }
    onWake(resolve);
    return () => {
      probe.cancel();
      onWake(undefined);
    };
  });
}

type Opened =
  | { readonly port: number; readonly shown: readonly string[]; readonly closes: readonly (() => void)[] }
  | { readonly errors: readonly string[] };

/** Listens on each address; `localhost` is both loopbacks, of which this machine has one. */
function listenOn(
  context: Context,
  addresses: readonly string[],
  wanted: number,
  serve: (port: number) => Pick<Listener, 'serve' | 'tls'>,
): Opened {
  const errors: string[] = [];
  const closes: (() => void)[] = [];
  const shown: string[] = [];
  let port = wanted;
  for (const address of addresses.flatMap((each) => (each === 'localhost' ? ['127.0.0.1', '::1'] : [each]))) {
    const six = address.includes(':');
    const text = six ? `[${address}]` : address;
    if (port > 0 && port < 1024 && context.user !== 'root') {
      errors.push(`unable to create listener: Error listen tcp${six ? 6 : 4} ${text}:${port}: bind: permission denied`);
      continue;
    }
    try {
      port = port === 0 ? freePort(context) : port;
      closes.push(bind(context, address, port, serve(port)));
      shown.push(text);
    } catch (error) {
      if (!(error instanceof AddressInUse)) throw error;
      errors.push(
        `unable to create listener: Error listen tcp${six ? 6 : 4} ${text}:${port}: bind: address already in use`,
      );
    }
  }
  return shown.length === 0 ? { errors } : { port, shown, closes };
}

/** `tls` is asked for with each connection: the pod may have got another certificate since. */
function bind(context: Context, address: string, port: number, server: Pick<Listener, 'serve' | 'tls'>): () => void {
  return context.machine.network.listen({
    protocol: 'TCP',
    address,
    port,
    program: 'kubectl',
    get tls() {
      return server.tls as NonNullable<Listener['tls']>;
    },
    serve: server.serve,
  });
}

function freePort(context: Context): number {
  const { network, world } = context.machine;
  const random = world.sim.random.stream('port-forward');
  for (;;) {
    const port = FIRST_FREE + random.below(LAST_FREE - FIRST_FREE);
    if (network.accepting('TCP', '127.0.0.1', port) === undefined) return port;
  }
}

/** What comes in at the local port goes out again inside the pod, to its localhost, as the container runtime does it. */
function passOn(
  context: Context,
  pod: NetworkNamespace,
  local: number,
  remote: number,
  tell: (text: string, error?: boolean) => void,
  lose: () => void,
): Pick<Listener, 'serve' | 'tls'> {
  const { network } = context.machine.world;
  const behind = () => pod.accepting('TCP', '127.0.0.1', remote);
  const refused = () => {
    const now = context.machine.world.sim.calendar();
    const uid = pod.id.slice(pod.id.lastIndexOf('/') + 1);
    const sandbox = uid.replaceAll('-', '').repeat(2);
    tell(
      `${klogTime(now)} portforward.go:424] "Unhandled Error" err="an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${sandbox}, uid : failed to execute portforward in network namespace \\"/var/run/netns/cni-${uid}\\": failed to connect to localhost:${remote} inside namespace \\"${sandbox}\\", IPv4: dial tcp4 127.0.0.1:${remote}: connect: connection refused IPv6 dial tcp6 [::1]:${remote}: connect: connection refused "\n`,
      true,
    );
    lose();
  };
  return {
    get tls() {
      return behind()?.tls as NonNullable<Listener['tls']>;
    },
    serve(request, peer): AppReply {
      tell(`Handling connection for ${local}\n`);
      const listener = behind();
      if (listener === undefined || !pod.up) {
        refused();
        return { kind: 'close' };
      }
      const { reply, trace } = network.connect(
        pod,
        {
          protocol: 'TCP',
          address: '127.0.0.1',
          port: remote,
          request,
          ...(listener.tls === undefined ? {} : { tls: { serverName: peer.local.address, insecure: true } }),
        },
        { program: 'port-forward', target: `localhost:${remote}` },
      );
      return reply === undefined ? { kind: 'close' } : { ...reply, delay: trace.duration };
    },
  };
}

/** klog's head of an error line: `E1121 15:04:05.000000   12345`. */
function klogTime(now: number): string {
  const at = new Date(now).toISOString();
  return `E${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000   12345`;
}
