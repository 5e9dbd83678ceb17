import type { Call, DockerCommand } from './command.ts';
import type { DockerContainer, PortBinding } from './container.ts';
import { fill } from './template.ts';
import { shorten, spanWords, table } from './units.ts';

/** What docker ps shows of a container; the names are those of its templates. */
export interface PsRow {
  readonly ID: string;
  readonly Image: string;
  readonly Command: string;
  readonly CreatedAt: string;
  readonly RunningFor: string;
  readonly Status: string;
  readonly State: string;
  readonly Ports: string;
  readonly Names: string;
  readonly Labels: string;
  readonly Mounts: string;
  readonly Networks: string;
  readonly Size: string;
}

const HEADERS: Readonly<Record<string, string>> = {
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  Status: 'STATUS',
  State: 'STATE',
  Ports: 'PORTS',
  Names: 'NAMES',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  Networks: 'NETWORKS',
  Size: 'SIZE',
};

/** `Up 5 seconds`, `Exited (0) 3 minutes ago`, `Created`. `now` is calendar milliseconds. */
export function statusOf(container: DockerContainer, now: number): string {
  if (container.state === 'created') return 'Created';
  if (container.state === 'running') return `Up ${spanWords(now - (container.startedAt ?? now))}`;
  return `Exited (${container.exitCode}) ${spanWords(now - (container.finishedAt ?? now))} ago`;
}

/** `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`: what is published, then what the image only exposes. */
export function portsOf(container: DockerContainer): string {
  if (container.state !== 'running') return '';
  const text = ({ address, hostPort, containerPort, protocol }: PortBinding & { hostPort: number }) =>
    [address, ...(address === '0.0.0.0' ? ['[::]'] : [])].map(
      (each) => `${each}:${hostPort}->${containerPort}/${protocol.toLowerCase()}`,
    );
  const published = [...container.published].sort((a, b) => a.containerPort - b.containerPort);
  const open = new Set(published.map((each) => `${each.containerPort}/${each.protocol.toLowerCase()}`));
  const exposed =
    container.config.network === 'bridge' ? container.image.exposed.filter((each) => !open.has(each)) : [];
  return [...exposed, ...published.flatMap(text)].join(', ');
}

function rowOf(container: DockerContainer, now: number, whole: boolean): PsRow {
  const { config, image } = container;
  const entrypoint = config.entrypoint ?? image.entrypoint;
  const command = [
    ...entrypoint,
    ...(config.command.length > 0 || config.entrypoint !== undefined ? config.command : image.cmd),
  ].join(' ');
  return {
    ID: whole ? container.id : container.id.slice(0, 12),
    Image: config.image.replace(/:latest$/, ''),
    Command: `"${whole ? command : shorten(command, 20)}"`,
    CreatedAt: new Date(container.created)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' +0000 UTC'),
    RunningFor: `${spanWords(now - container.created)} ago`,
    Status: statusOf(container, now),
    State: container.state,
    Ports: portsOf(container),
    Names: container.name,
    Labels: Object.entries(config.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Mounts: '',
    Networks: config.network,
    Size: '0B',
  };
}

function matches(container: DockerContainer, filters: readonly string[]): boolean {
  return filters.every((filter) => {
    const at = filter.indexOf('=');
    const [key, value] = [filter.slice(0, at), filter.slice(at + 1)];
    if (key === 'name') return container.name.includes(value.replace(/^\^?\/?|\$$/g, ''));
    if (key === 'id') return container.id.startsWith(value);
    if (key === 'status') return container.state === value;
    if (key === 'ancestor')
      return container.image.reference === value || container.image.reference === `${value}:latest`;
    if (key === 'exited') return container.state === 'exited' && String(container.exitCode) === value;
    if (key === 'publish') return container.published.some((each) => String(each.hostPort) === value.split('/')[0]);
    if (key === 'label') {
      const [name = '', wanted] = value.split('=');
      return name in container.config.labels && (wanted === undefined || container.config.labels[name] === wanted);
    }
    return true;
  });
}

export const ps: DockerCommand = {
  name: 'ps',
  aliases: ['container ls', 'container list', 'container ps'],
  arguments: [0, 0],
  *run(call) {
    const { engine, flags } = call;
    const now = engine.sim.calendar();
    const filters = flags.all('filter');
    const last = flags.has('latest') ? 1 : Number(flags.value('last') ?? -1);
    const all = flags.has('all') || last > 0 || filters.some((each) => /^(status|exited)=/.test(each));
    let list = [...engine.containers].reverse().filter((each) => matches(each, filters));
    list = all ? list : list.filter((each) => each.state === 'running');
    if (last > 0) list = list.slice(0, last);
    const whole = flags.has('no-trunc');
    const rows = list.map((each) => rowOf(each, now, whole));
    if (flags.has('quiet')) {
      for (const row of rows) yield* call.out(`${row.ID}\n`);
      return 0;
    }
    return yield* print(call, rows);
  },
};

function* print(call: Call, rows: readonly PsRow[]) {
  const format = call.flags.value('format');
  if (format === undefined || format === 'table') {
    const columns = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'] as const;
    yield* call.out(
      table([columns.map((each) => HEADERS[each] ?? ''), ...rows.map((row) => columns.map((each) => row[each]))]),
    );
    return 0;
  }
  if (format.startsWith('table ')) {
    const template = format.slice(6).replace(/\\t/g, '\t');
    const header = template.replace(
      /\{\{-? *\.(\w+) *-?\}\}/g,
      (_, name: string) => HEADERS[name] ?? name.toUpperCase(),
    );
    yield* call.out(table([header.split('\t'), ...rows.map((row) => fill(template, row).split('\t'))]));
    return 0;
  }
  for (const row of rows) yield* call.out(`${fill(format, row)}\n`);
  return 0;
}
