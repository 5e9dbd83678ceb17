import type { KubeObject } from '../cluster/api/types.ts';
import type { ContainerRuntime } from '../cluster/kubelet/runtime.ts';
import type { DockerHost } from '../cluster/network/docker-host.ts';
import { findImage, parseReference } from '../images/index.ts';
import { Computer } from '../machines/computer.ts';
import type { World } from '../machines/machine.ts';
import { type Layer, MemoryFs } from '../machines/memory-fs.ts';
import type { ProgramEntry } from '../machines/process.ts';
import { DockerEngine, type EngineSnapshot, type ImageFacts } from '../programs/docker/engine.ts';
import type { Simulation } from '../sim/simulation.ts';
import { NODE_HOME } from './machine-files.ts';
import type { SceneDockerHost } from './scene.ts';

export interface DockerHostsOptions {
  readonly sim: Simulation;
  readonly hosts: ReadonlyMap<string, DockerHost>;
  readonly runtime: ContainerRuntime;
  readonly world: World;
  readonly programs: readonly ProgramEntry[];
  readonly saved?: Readonly<Record<string, EngineSnapshot>>;
  /** Called whenever a container comes, goes or changes. */
  readonly changed: () => void;
}

/** The plain Docker hosts beside a cluster: a machine and a dockerd each. */
export class DockerHosts {
  private readonly computers = new Map<string, Computer>();
  private readonly engines = new Map<string, DockerEngine>();

  constructor(options: DockerHostsOptions) {
    for (const [name, host] of options.hosts) {
      const engine = new DockerEngine({
        sim: options.sim,
        host,
        runtime: options.runtime,
        image: imageFacts,
        changed: options.changed,
      });
      this.engines.set(name, engine);
      this.computers.set(name, machineOf(host, options));
      const saved = options.saved?.[name];
      if (saved !== undefined) engine.restore(saved);
    }
  }

  /** By name or address. */
  machine(host: string): Computer | undefined {
    for (const [name, engine] of this.engines)
      if (name === host || engine.host.spec.address === host) return this.computers.get(name);
    return undefined;
  }

  engine(host: string): DockerEngine | undefined {
    return this.engines.get(host);
  }

  /** Everything that a reload needs; undefined where there are no hosts. */
  snapshot(): Readonly<Record<string, EngineSnapshot>> | undefined {
    if (this.engines.size === 0) return undefined;
    return Object.fromEntries([...this.engines].map(([name, engine]) => [name, engine.snapshot()]));
  }

  scene(): SceneDockerHost[] {
    return [...this.engines].map(([name, engine]) => ({
      name,
      address: engine.host.spec.address,
      bridge: engine.host.bridge.text,
      containers: engine.containers
        .filter((each) => each.state === 'running' && each.config.network === 'bridge')
        .map((each) => ({
          id: each.id,
          name: each.name,
          image: each.config.image.replace(/:latest$/, ''),
          ip: each.network?.address ?? '',
          published: each.published.map(({ hostPort, containerPort }) => ({
            host: hostPort,
            container: containerPort,
          })),
        })),
    }));
  }

  /** Containers as a lesson's conditions see them: named in their host, with state, image, address and published ports. */
  objects(host?: string): KubeObject[] {
    return [...this.engines]
      .filter(([name]) => host === undefined || name === host)
      .flatMap(([name, engine]) =>
        engine.containers.map((each) => ({
          apiVersion: 'docker',
          kind: 'Container',
          metadata: { name: each.name, namespace: name },
          state: each.state,
          image: each.config.image,
          address: each.network?.address ?? '',
          ports: each.published.map(({ hostPort, containerPort }) => ({ host: hostPort, container: containerPort })),
        })),
      );
  }

  stop(): void {
    for (const engine of this.engines.values()) engine.destroy();
  }
}

function imageFacts(reference: string): ImageFacts | { readonly error: string } {
  const image = findImage(reference);
  if ('error' in image) return image;
  const { repository, tag } = parseReference(reference);
  return {
    repository,
    tag,
    sizeBytes: image.sizeBytes,
    env: image.env,
    entrypoint: image.entrypoint,
    cmd: image.cmd,
    workdir: image.workdir ?? '',
    user: image.user ?? '',
    exposed: image.exposed ?? [],
  };
}

function machineOf(host: DockerHost, { sim, world, programs }: DockerHostsOptions): Computer {
  const { name } = host.spec;
  const random = sim.random.stream(`urandom/${name}`);
  const others = () => [...host.namespace.hosts].map(([each, address]) => `${address}\t${each}\n`).join('');
  const layer: Layer = {
    [`${NODE_HOME}/`]: '',
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': { text: () => `127.0.0.1\tlocalhost\n${others()}` },
    '/etc/resolv.conf': `nameserver ${host.namespace.resolver.nameservers[0] ?? ''}\n`,
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
  };
  return new Computer({
    id: `docker/${name}`,
    kind: 'node',
    hostname: name,
    user: 'admin',
    home: NODE_HOME,
    fs: new MemoryFs({
      now: () => sim.calendar(),
      layers: [layer],
      user: 'admin',
      random: () => random.text(4096, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/\n'),
    }),
    network: host.namespace,
    world,
    env: new Map([
      ['HOME', NODE_HOME],
      ['USER', 'admin'],
      ['LANG', 'C.UTF-8'],
      ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ['SHELL', '/bin/bash'],
      ['TERM', 'xterm-256color'],
    ]),
    programs: programs.filter((entry) => entry.name !== 'kubectl'),
  });
}
