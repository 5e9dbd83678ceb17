import type { DockerCommand } from './command.ts';
import type { DockerContainer, LocalImage } from './container.ts';
import { DaemonError, type DockerEngine } from './engine.ts';
import { goJson } from './json.ts';
import { fill } from './template.ts';

const ZERO = '0001-01-01T00:00:00Z';

function time(calendar: number | undefined): string {
  return calendar === undefined ? ZERO : new Date(calendar).toISOString().replace(/Z$/, '000000Z');
}

/** A container as the Engine API describes it (v1.50), without what a container of this simulation does not have. */
export function containerFacts(engine: DockerEngine, container: DockerContainer): object {
  const { config, image, network } = container;
  const running = container.state === 'running';
  const device = config.network === 'bridge' ? network?.interfaces[0] : undefined;
  const entrypoint = config.entrypoint ?? image.entrypoint;
  const command = config.command.length > 0 || config.entrypoint !== undefined ? config.command : image.cmd;
  const [path = '', ...args] = [...entrypoint, ...command];
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of config.ports) {
    const key = `${port.containerPort}/${port.protocol.toLowerCase()}`;
    const list = bindings[key] ?? [];
    bindings[key] = list;
    list.push({
      HostIp: port.address === '0.0.0.0' ? '' : port.address,
      HostPort: port.hostPort === undefined ? '' : String(port.hostPort),
    });
  }
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  if (running) {
    for (const exposed of image.exposed) ports[exposed] = null;
    for (const port of container.published) {
      const key = `${port.containerPort}/${port.protocol.toLowerCase()}`;
      const list = ports[key] ?? [];
      ports[key] = list;
      list.push({ HostIp: port.address, HostPort: String(port.hostPort) });
      if (port.address === '0.0.0.0') list.push({ HostIp: '::', HostPort: String(port.hostPort) });
    }
  }
  const address = device?.address ?? '';
  const endpoint = {
    Gateway: device === undefined ? '' : engine.host.gateway,
    IPAddress: address,
    IPPrefixLen: device?.prefixLength ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
  };
  const id = (salt: number) =>
    [...container.id].map((char) => ((parseInt(char, 16) + salt) % 16).toString(16)).join('');
  return {
    Id: container.id,
    Created: time(container.created),
    Path: path,
    Args: args,
    State: {
      Status: container.state,
      Running: running,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: running ? 2000 + (parseInt(container.id.slice(0, 3), 16) % 6000) : 0,
      ExitCode: container.exitCode,
      Error: container.error,
      StartedAt: time(container.startedAt),
      FinishedAt: time(container.finishedAt),
    },
    Image: `sha256:${image.id}`,
    ResolvConfPath: `/var/lib/docker/containers/${container.id}/resolv.conf`,
    HostnamePath: `/var/lib/docker/containers/${container.id}/hostname`,
    HostsPath: `/var/lib/docker/containers/${container.id}/hosts`,
    LogPath: `/var/lib/docker/containers/${container.id}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restarts,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: 'docker-default',
    ExecIDs: null,
    HostConfig: {
      Binds: null,
      LogConfig: { Type: 'json-file', Config: {} },
      NetworkMode: config.network,
      PortBindings: bindings,
      RestartPolicy: { Name: config.restart, MaximumRetryCount: 0 },
      AutoRemove: config.autoRemove,
      PublishAllPorts: config.publishAll,
      Privileged: false,
      ReadonlyRootfs: false,
    },
    Mounts: [],
    Config: {
      Hostname: config.hostname ?? container.id.slice(0, 12),
      Domainname: '',
      User: image.user,
      AttachStdin: config.stdin,
      AttachStdout: true,
      AttachStderr: true,
      ...(image.exposed.length === 0
        ? {}
        : { ExposedPorts: Object.fromEntries(image.exposed.map((each) => [each, {}])) }),
      Tty: config.tty,
      OpenStdin: config.stdin,
      StdinOnce: config.stdin,
      Env: [...config.env, ...image.env].map(([name, value]) => `${name}=${value}`),
      Cmd: command.length === 0 ? null : command,
      Image: config.image.replace(/:latest$/, ''),
      Volumes: null,
      WorkingDir: config.workdir ?? image.workdir,
      Entrypoint: entrypoint.length === 0 ? null : entrypoint,
      Labels: config.labels,
    },
    NetworkSettings: {
      Bridge: '',
      SandboxID: running ? id(3) : '',
      SandboxKey: running ? `/var/run/docker/netns/${id(3).slice(0, 12)}` : '',
      Ports: ports,
      EndpointID: device === undefined ? '' : id(7),
      ...endpoint,
      MacAddress: device?.mac ?? '',
      Networks: {
        [config.network]: {
          IPAMConfig: null,
          Links: null,
          Aliases: null,
          MacAddress: device?.mac ?? '',
          DriverOpts: null,
          GwPriority: 0,
          NetworkID: networkId(engine, config.network),
          EndpointID: device === undefined ? '' : id(7),
          ...endpoint,
          DNSNames: null,
        },
      },
    },
  };
}

/** 64 hex digits that name a host's network. */
export function networkId(engine: DockerEngine, name: string): string {
  return engine.sim.random.stream(`docker/${engine.host.spec.name}/${name}`).text(64, '0123456789abcdef');
}

/** A network as `docker network inspect` describes it. */
export function networkFacts(engine: DockerEngine, name: string): object {
  const bridge = name === 'bridge';
  return {
    Name: name,
    Id: networkId(engine, name),
    Created: time(engine.sim.epoch - 40 * 60_000),
    Scope: 'local',
    Driver: name === 'none' ? 'null' : name,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: bridge ? [{ Subnet: engine.host.bridge.text, Gateway: engine.host.gateway }] : null,
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(
      engine.containers
        .filter((each) => each.state === 'running' && each.config.network === name)
        .map((each) => [
          each.id,
          {
            Name: each.name,
            EndpointID: [...each.id].reverse().join(''),
            MacAddress: each.network?.interfaces[0]?.mac ?? '',
            IPv4Address: bridge ? `${each.network?.address}/16` : '',
            IPv6Address: '',
          },
        ]),
    ),
    Options: bridge
      ? {
          'com.docker.network.bridge.default_bridge': 'true',
          'com.docker.network.bridge.enable_icc': 'true',
          'com.docker.network.bridge.enable_ip_masquerade': 'true',
          'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
          'com.docker.network.bridge.name': 'docker0',
          'com.docker.network.driver.mtu': '1500',
        }
      : {},
    Labels: {},
  };
}

function imageFacts(image: LocalImage): object {
  return {
    Id: `sha256:${image.id}`,
    RepoTags: [image.reference],
    RepoDigests: [`${image.reference.replace(/:[^:]*$/, '')}@sha256:${image.digest}`],
    Parent: '',
    Created: time(image.created),
    Config: {
      ExposedPorts: Object.fromEntries(image.exposed.map((each) => [each, {}])),
      Env: image.env.map(([name, value]) => `${name}=${value}`),
      Cmd: image.cmd,
      WorkingDir: image.workdir,
      Entrypoint: image.entrypoint.length === 0 ? null : image.entrypoint,
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: Math.round(image.sizeBytes * 2.6),
  };
}

export const NETWORKS = ['bridge', 'host', 'none'];

type Finder = (engine: DockerEngine, reference: string) => object | undefined;

const KINDS: Readonly<Record<string, Finder>> = {
  container: (engine, reference) => {
    try {
      return containerFacts(engine, engine.find(reference));
    } catch (error) {
      if (error instanceof DaemonError) return undefined;
      throw error;
    }
  },
  image: (engine, reference) => {
    const image = engine.local(reference);
    return image === undefined ? undefined : imageFacts(image);
  },
  network: (engine, reference) => (NETWORKS.includes(reference) ? networkFacts(engine, reference) : undefined),
};

function inspecting(name: string, kinds: readonly string[], missing: (reference: string) => string): DockerCommand {
  return {
    name,
    arguments: [1, Number.POSITIVE_INFINITY],
    *run(call) {
      const found: object[] = [];
      const errors: string[] = [];
      const type = call.flags.value('type');
      const wanted = type === undefined ? kinds : [type];
      for (const reference of call.operands) {
        const object = wanted.map((kind) => KINDS[kind]?.(call.engine, reference)).find((each) => each !== undefined);
        if (object !== undefined) found.push(object);
        else errors.push(type === undefined ? missing(reference) : `Error: No such ${type}: ${reference}`);
      }
      const format = call.flags.value('format');
      if (format === undefined) yield* call.out(`${goJson(found, 4)}\n`);
      else for (const object of found) yield* call.out(`${fill(format, object)}\n`);
      for (const error of errors) yield* call.err(`${error}\n`);
      return errors.length === 0 ? 0 : 1;
    },
  };
}

export const inspect = inspecting(
  'inspect',
  ['container', 'image', 'network'],
  (reference) => `Error: No such object: ${reference}`,
);

export const containerInspect = inspecting(
  'container inspect',
  ['container'],
  (reference) => `Error response from daemon: No such container: ${reference}`,
);

export const imageInspect = inspecting(
  'image inspect',
  ['image'],
  (reference) => `Error response from daemon: No such image: ${reference}`,
);

export const networkInspect = inspecting(
  'network inspect',
  ['network'],
  (reference) => `Error response from daemon: network ${reference} not found`,
);
