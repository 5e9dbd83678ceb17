import { type Routine, sleep } from '../../sim/routine.ts';
import { type Call, type DockerCommand, RunError } from './command.ts';
import type { ContainerConfig, DockerContainer, LocalImage, PortBinding } from './container.ts';
import { complete, DaemonError } from './engine.ts';
import type { ParsedFlags } from './flags.ts';
import { fetch } from './images.ts';
import { relay, sessionOf } from './streams.ts';

const PROTOCOLS = ['tcp', 'udp', 'sctp'];

/** `[ip:]hostPort:containerPort[/protocol]`, with ranges. @throws RunError in docker's words */
export function parsePublish(text: string): PortBinding[] {
  const [ports = '', protocol = 'tcp'] = text.split('/');
  const parts = ports.split(':');
  const containerText = parts.pop() ?? '';
  const hostText = parts.pop() ?? '';
  const address = parts.join(':').replace(/^\[|\]$/g, '');
  if (containerText === '') throw new RunError(`no port specified: ${text}<empty>`);
  if (!PROTOCOLS.includes(protocol)) throw new RunError(`invalid proto: ${protocol}`);
  if (address !== '' && !/^(\d{1,3}\.){3}\d{1,3}$/.test(address)) throw new RunError(`invalid IP address: ${address}`);
  const container = range(containerText, 'containerPort');
  const host = hostText === '' ? undefined : range(hostText, 'hostPort');
  if (host !== undefined && host.length !== container.length && container.length !== 1)
    throw new RunError(`invalid ranges specified for container and host Ports: ${containerText} and ${hostText}`);
  return container.map((containerPort, index) => ({
    address: address === '' ? '0.0.0.0' : address,
    ...(host === undefined ? {} : { hostPort: host[index] ?? containerPort }),
    containerPort,
    protocol: protocol.toUpperCase() as PortBinding['protocol'],
  }));
}

function range(text: string, what: 'hostPort' | 'containerPort'): number[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last > 65535 || last < first || last - first > 1000)
    throw new RunError(`invalid ${what}: ${text}`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** @throws RunError */
function configOf(flags: ParsedFlags, image: string, command: readonly string[]): ContainerConfig {
  const restart = (flags.value('restart') ?? 'no').replace(/:\d+$/, '');
  if (restart !== 'no' && flags.has('rm'))
    throw new RunError('conflicting options: cannot specify both --restart and --rm');
  if (!['no', 'always', 'unless-stopped', 'on-failure', ''].includes(restart))
    throw new RunError(
      `Error response from daemon: invalid restart policy: unknown policy '${restart}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  const network = flags.value('network') ?? 'bridge';
  if (!['bridge', 'default', 'host', 'none'].includes(network))
    throw new RunError(
      `Error response from daemon: failed to set up container networking: network ${network} not found`,
    );
  if (flags.has('detach') && flags.has('rm') === true && flags.all('attach').length > 0)
    throw new RunError('conflicting options: -a and -d');
  const entrypoint = flags.value('entrypoint');
  const name = flags.value('name');
  const hostname = flags.value('hostname');
  const workdir = flags.value('workdir');
  return {
    image,
    command,
    ...(name === undefined ? {} : { name }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint === '' ? [] : [entrypoint] }),
    env: flags.all('env').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
    labels: Object.fromEntries(
      flags.all('label').map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      }),
    ),
    ports: flags.all('publish').flatMap(parsePublish),
    publishAll: flags.has('publish-all'),
    network: network === 'default' ? 'bridge' : (network as ContainerConfig['network']),
    tty: flags.has('tty'),
    stdin: flags.has('interactive'),
    autoRemove: flags.has('rm'),
    restart: restart === '' ? 'no' : (restart as ContainerConfig['restart']),
  };
}

/** Fetches the image where it lacks, and makes the container. @throws RunError */
function* create(call: Call): Routine<DockerContainer> {
  const { engine, flags } = call;
  const [reference = '', ...command] = call.operands;
  if (/[A-Z]/.test(reference.replace(/:[^/]*$/, '')))
    throw new RunError(
      `invalid reference format: repository name (${reference.includes('/') ? '' : 'library/'}${reference}) must be lowercase`,
    );
  const config = configOf(flags, complete(reference), command);
  let image: LocalImage | undefined = flags.value('pull') === 'always' ? undefined : engine.local(reference);
  if (image === undefined && flags.value('pull') === 'never')
    throw new RunError(`Error response from daemon: No such image: ${complete(reference)}`);
  if (image === undefined) {
    if (flags.value('pull') !== 'always') yield* call.err(`Unable to find image '${complete(reference)}' locally\n`);
    image = yield* fetch(call, reference, (text) => call.err(text));
  }
  // Layers are put together, namespaces made.
  yield* sleep(60);
  try {
    return engine.create(config, image);
  } catch (error) {
    if (error instanceof DaemonError) throw new RunError(`Error response from daemon: ${error.message}`);
    throw error;
  }
}

export const createCommand: DockerCommand = {
  name: 'create',
  aliases: ['container create'],
  arguments: [1, Number.POSITIVE_INFINITY],
  interspersed: false,
  *run(call) {
    const container = yield* create(call);
    yield* call.out(`${container.id}\n`);
    return 0;
  },
};

export const run: DockerCommand = {
  name: 'run',
  aliases: ['container run'],
  arguments: [1, Number.POSITIVE_INFINITY],
  interspersed: false,
  *run(call) {
    const { flags, engine, context } = call;
    const detached = flags.has('detach');
    if (flags.has('tty') && !detached && flags.has('interactive') && !context.stdin.tty) {
      yield* call.err('the input device is not a TTY\n');
      return 1;
    }
    const container = yield* create(call);
    yield* begin(call, container);
    if (detached) {
      yield* sleep(180);
      yield* failedToStart(call, container);
      yield* call.out(`${container.id}\n`);
      return 0;
    }
    const { running } = container;
    if (running === undefined) return 125;
    const tty = flags.has('tty');
    const session = sessionOf(running.attach({ stdin: flags.has('interactive'), tty }), container);
    if (flags.value('sig-proxy') !== 'false') {
      const stop = context.onSignal('SIGTERM', () => running.stop(10_000));
      const interrupt = context.onSignal('SIGINT', () => running.stop(10_000));
      try {
        const status = yield* relay(call, session, { stdin: flags.has('interactive'), tty });
        yield* failedToStart(call, container);
        return status;
      } finally {
        stop();
        interrupt();
        void engine;
      }
    }
    return yield* relay(call, session, { stdin: flags.has('interactive'), tty });
  },
};

/** @throws RunError */
export function* begin(call: Call, container: DockerContainer): Routine {
  yield* sleep(120);
  try {
    call.engine.start(container);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    if (container.config.autoRemove) yield* call.engine.remove(container, true);
    throw new RunError(`Error response from daemon: ${error.message}`);
  }
}

/** @throws RunError when its first process could not be started */
function* failedToStart(call: Call, container: DockerContainer): Routine {
  if (container.error === '') return;
  if (container.config.autoRemove && call.engine.containers.includes(container))
    yield* call.engine.remove(container, true);
  throw new RunError(`Error response from daemon: ${startWords(container.error)}`, 127);
}

/** dockerd's words for what its runtime says. */
export function startWords(message: string): string {
  return `${message.replace('failed to create containerd task', 'failed to create task for container')}: unknown`;
}
