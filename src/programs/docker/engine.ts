import type { ContainerRuntime } from '../../cluster/kubelet/runtime.ts';
import type { DockerHost } from '../../cluster/network/docker-host.ts';
import type { NetworkNamespace } from '../../cluster/network/namespace.ts';
import type { Random } from '../../sim/random.ts';
import { type Routine, sleep } from '../../sim/routine.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { ContainerConfig, DockerContainer, LocalImage, PortBinding } from './container.ts';
import { inventName } from './names.ts';

/** The daemon's refusal, in its words. */
export class DaemonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DaemonError';
  }
}

export interface EngineOptions {
  readonly sim: Simulation;
  readonly host: DockerHost;
  readonly runtime: ContainerRuntime;
  /** What an image of this reference would be, or why there is none. */
  readonly image: (reference: string) => ImageFacts | { readonly error: string };
  /** Called whenever containers come, go or change. */
  readonly changed: () => void;
}

/** What a registry tells of an image. */
export type ImageFacts = Omit<LocalImage, 'id' | 'digest' | 'created' | 'reference'>;

/** What a reload needs to bring a host's containers back. Plain JSON. */
export interface EngineSnapshot {
  readonly images: readonly string[];
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly config: ContainerConfig;
    readonly created: number;
    readonly running: boolean;
    readonly exitCode: number;
    readonly startedAt?: number;
    readonly finishedAt?: number;
  }[];
}

/** The dockerd of one host: images, containers, the default bridge and published ports (Docker Engine 28). */
export class DockerEngine {
  readonly host: DockerHost;
  readonly sim: Simulation;
  /** Oldest first. */
  readonly containers: DockerContainer[] = [];
  readonly images: LocalImage[] = [];
  private readonly options: EngineOptions;
  private readonly random: Random;

  constructor(options: EngineOptions) {
    this.options = options;
    this.host = options.host;
    this.sim = options.sim;
    this.random = options.sim.random.stream(`docker/${options.host.spec.name}`);
  }

  /** By name, or by the beginning of its id. @throws DaemonError */
  find(reference: string): DockerContainer {
    const exact = this.containers.find((each) => each.name === reference.replace(/^\//, '') || each.id === reference);
    if (exact !== undefined) return exact;
    const begins = /^[0-9a-f]+$/.test(reference) ? this.containers.filter((each) => each.id.startsWith(reference)) : [];
    if (begins.length > 1) throw new DaemonError(`Multiple IDs found with provided prefix: ${reference}`);
    const [found] = begins;
    if (found === undefined) throw new DaemonError(`No such container: ${reference}`);
    return found;
  }

  /** The image that a reference means, if the host has it. */
  local(reference: string): LocalImage | undefined {
    const full = complete(reference);
    return this.images.find(
      (each) =>
        each.reference === full || (reference.length >= 4 && each.id.startsWith(reference.replace(/^sha256:/, ''))),
    );
  }

  /**
   * Fetches an image; takes the time that it takes. Undefined when the host has the newest already.
   * @throws DaemonError when there is none
   */
  *pull(reference: string): Routine<LocalImage> {
    const { runtime } = this.options;
    const full = complete(reference);
    const result = runtime.pull(reference);
    yield* sleep(result.durationMs);
    const facts = this.options.image(reference);
    if ('error' in facts || !result.ok) {
      const [repository = '', tag = ''] = split(full);
      const unknown = result.ok || /access denied/.test(result.message);
      throw new DaemonError(
        unknown
          ? `pull access denied for ${repository.replace(/^library\//, '')}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`
          : `manifest for ${repository.replace(/^library\//, '')}:${tag} not found: manifest unknown: manifest unknown`,
      );
    }
    const known = this.local(reference);
    if (known !== undefined) return known;
    return this.keep(full, facts, result.imageId.split('@sha256:')[1] ?? '');
  }

  /** @throws DaemonError when the name is taken */
  create(config: ContainerConfig, image: LocalImage): DockerContainer {
    const { name: wanted } = config;
    if (wanted !== undefined && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(wanted))
      throw new DaemonError(`Invalid container name (${wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    const other = this.containers.find((each) => each.name === wanted);
    if (other !== undefined)
      throw new DaemonError(
        `Conflict. The container name "/${wanted}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    const container: DockerContainer = {
      id: this.random.text(64, '0123456789abcdef'),
      name: wanted ?? inventName(this.random, (name) => this.containers.some((each) => each.name === name)),
      config,
      image,
      created: this.sim.calendar(),
      state: 'created',
      exitCode: 0,
      error: '',
      restarts: 0,
      published: [],
      stopping: false,
    };
    this.containers.push(container);
    this.options.changed();
    return container;
  }

  /** @throws DaemonError when a port is taken or the command does not exist; the container then stays as it is */
  start(container: DockerContainer): void {
    if (container.state === 'running') return;
    const { config } = container;
    const network = this.join(container);
    try {
      container.published = this.publish(container, network);
    } catch (error) {
      if (config.network === 'bridge') this.host.detach(network);
      if (error instanceof DaemonError) container.error = error.message;
      throw error;
    }
    container.network = network;
    container.startedAt = this.sim.calendar();
    container.error = '';
    container.stopping = false;
    container.state = 'running';
    const { image } = container;
    const entrypoint = config.entrypoint ?? image.entrypoint;
    const command = config.command.length > 0 || config.entrypoint !== undefined ? config.command : image.cmd;
    const argv = [...entrypoint, ...command];
    const running = this.options.runtime.start({
      pod: { metadata: { name: container.name, namespace: this.host.spec.name, uid: container.id } },
      container: {
        name: container.name,
        image: image.reference,
        command: argv,
        tty: config.tty,
        stdin: config.stdin,
        ...(config.workdir === undefined ? {} : { workingDir: config.workdir }),
      },
      network,
      env: config.env,
      volumes: [],
      restartCount: container.restarts,
      etc: 'docker',
      onExit: (exit) => this.ended(container, exit.exitCode, exit.startError),
    });
    container.running = running;
    this.options.changed();
  }

  /** SIGTERM, and SIGKILL after the grace. Returns when it has ended. */
  *stop(container: DockerContainer, graceMs: number): Routine {
    if (container.state !== 'running') return;
    container.stopping = true;
    container.running?.stop(graceMs);
    while (this.runs(container)) yield* sleep(20);
  }

  /** @throws DaemonError for a running container that is not to be forced */
  *remove(container: DockerContainer, force: boolean): Routine {
    if (container.state === 'running') {
      if (!force)
        throw new DaemonError(
          `cannot remove container "${container.name}": container is running: stop the container before removing or force remove`,
        );
      yield* this.stop(container, 0);
    }
    this.forget(container);
  }

  /** @throws DaemonError while a container uses it */
  removeImage(image: LocalImage, reference: string, force: boolean): void {
    const user = this.containers.find((each) => each.image === image);
    if (user !== undefined && (!force || user.state === 'running'))
      throw new DaemonError(
        `conflict: unable to remove repository reference "${reference}" (${force ? 'cannot be forced' : 'must force'}) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(0, 12)}`,
      );
    this.images.splice(this.images.indexOf(image), 1);
  }

  snapshot(): EngineSnapshot {
    return {
      images: this.images.map((each) => each.reference),
      containers: this.containers.map(({ id, name, config, created, state, exitCode, startedAt, finishedAt }) => ({
        id,
        name,
        config,
        created,
        running: state === 'running',
        exitCode,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(finishedAt === undefined ? {} : { finishedAt }),
      })),
    };
  }

  /** Brings back what a snapshot has; running containers run again, with their processes new. */
  restore(snapshot: EngineSnapshot): void {
    for (const reference of snapshot.images) {
      const facts = this.options.image(reference);
      const pulled = this.options.runtime.pull(reference);
      if (!('error' in facts) && pulled.ok) this.keep(reference, facts, pulled.imageId.split('@sha256:')[1] ?? '');
    }
    for (const each of snapshot.containers) {
      const image = this.local(each.config.image);
      if (image === undefined) continue;
      const { id, name, config, created, exitCode, startedAt, finishedAt } = each;
      const container: DockerContainer = {
        id,
        name,
        config,
        image,
        created,
        state: startedAt === undefined ? 'created' : 'exited',
        exitCode,
        error: '',
        restarts: 0,
        published: [],
        stopping: false,
        ...(finishedAt === undefined ? {} : { finishedAt }),
      };
      this.containers.push(container);
      if (!each.running) continue;
      this.start(container);
      if (startedAt !== undefined) container.startedAt = startedAt;
    }
  }

  /** Ends everything at once: the session is over. */
  destroy(): void {
    for (const container of this.containers) container.running?.destroy();
  }

  private runs(container: DockerContainer): boolean {
    return container.state === 'running';
  }

  private keep(reference: string, facts: ImageFacts, digest: string): LocalImage {
    const image: LocalImage = {
      ...facts,
      reference,
      id: turned(digest),
      digest,
      // Images are made some weeks before anybody pulls them.
      created: this.sim.epoch - 23 * 86_400_000,
    };
    this.images.push(image);
    return image;
  }

  private join(container: DockerContainer): NetworkNamespace {
    const { config, id, name } = container;
    if (config.network === 'host') return this.host.namespace;
    const network = this.host.attach(name, config.hostname ?? id.slice(0, 12));
    if (config.network === 'none') {
      this.host.detach(network);
      network.interfaces = [];
      network.up = true;
    }
    return network;
  }

  private publish(
    container: DockerContainer,
    network: NetworkNamespace,
  ): (PortBinding & { readonly hostPort: number })[] {
    const { config, image } = container;
    if (config.network !== 'bridge') return [];
    const wanted: PortBinding[] = [...config.ports];
    if (config.publishAll)
      for (const exposed of image.exposed) {
        const [port = '', protocol = 'tcp'] = exposed.split('/');
        wanted.push({
          address: '0.0.0.0',
          containerPort: Number(port),
          protocol: protocol.toUpperCase() as PortBinding['protocol'],
        });
      }
    return wanted.map((binding) => {
      const hostPort = binding.hostPort ?? this.host.freePort(binding.protocol);
      const ok = this.host.publish({
        protocol: binding.protocol,
        address: binding.address,
        hostPort,
        container: network,
        containerPort: binding.containerPort,
      });
      if (!ok) {
        const endpoint = this.random.text(64, '0123456789abcdef');
        const held = this.host.publishedAt(binding.protocol, hostPort) !== undefined;
        const why = held
          ? `Bind for ${binding.address}:${hostPort} failed: port is already allocated`
          : `failed to bind port ${binding.address}:${hostPort}/${binding.protocol.toLowerCase()}: Error starting userland proxy: listen ${binding.protocol.toLowerCase()}4 ${binding.address}:${hostPort}: bind: address already in use`;
        throw new DaemonError(
          `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${endpoint}): ${why}`,
        );
      }
      return { ...binding, hostPort };
    });
  }

  private ended(container: DockerContainer, exitCode: number, startError: string | undefined): void {
    if (container.state !== 'running') return;
    container.state = startError === undefined ? 'exited' : 'created';
    container.finishedAt = this.sim.calendar();
    container.exitCode = startError === undefined ? exitCode : 127;
    if (startError !== undefined) container.error = startError;
    if (container.network !== undefined && container.config.network === 'bridge') this.host.detach(container.network);
    delete container.network;
    container.published = [];
    const { restart } = container.config;
    const again =
      !container.stopping &&
      startError === undefined &&
      (restart === 'always' || restart === 'unless-stopped' || (restart === 'on-failure' && exitCode !== 0));
    if (again) {
      container.restarts++;
      // 100 ms, doubled each time up to a minute.
      this.sim.schedule(Math.min(60_000, 100 * 2 ** Math.min(container.restarts, 10)), () => {
        if (container.state !== 'running' && this.containers.includes(container)) this.start(container);
      });
    } else if (container.config.autoRemove) this.forget(container);
    this.options.changed();
  }

  private forget(container: DockerContainer): void {
    const at = this.containers.indexOf(container);
    if (at >= 0) this.containers.splice(at, 1);
    this.options.changed();
  }
}

/** `nginx` is `nginx:latest`. */
export function complete(reference: string): string {
  return /:[\w][\w.-]*$/.test(reference.slice(reference.lastIndexOf('/') + 1)) ? reference : `${reference}:latest`;
}

function split(full: string): [string, string] {
  const at = full.lastIndexOf(':');
  return [full.slice(0, at), full.slice(at + 1)];
}

/** An image's id is the digest of its configuration, not that of its manifest. */
function turned(digest: string): string {
  return [...digest].reverse().join('');
}
