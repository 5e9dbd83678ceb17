import type { Container, ContainerState, ContainerStatus, EnvVar, Probe } from 'kubernetes-types/core/v1';
import type { Pod } from '../../../cluster/api/types.ts';
import { Quantity } from '../go/quantity.ts';
import { goQuote } from '../go/quote.ts';
import { goSort } from '../go/sort.ts';
import { longTime, orNone } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** Containers of a pod with their state, or of a template without (`indent` '  '). */
export function describeContainers(
  writer: DescribeWriter,
  label: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  pod: Pod | undefined,
  indent = '',
): void {
  writer.write(0, `${indent}${label}:${containers.length === 0 ? ' <none>' : ''}\n`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    basics(writer, container, status, indent);
    command(writer, container);
    if (status !== undefined) {
      describeState(writer, 'State', status.state);
      if (status.lastState?.terminated !== undefined) describeState(writer, 'Last State', status.lastState);
      writer.field(2, 'Ready', status.ready ? 'True' : 'False');
      writer.field(2, 'Restart Count', status.restartCount);
    }
    describeResources(writer, 2, container.resources);
    for (const [name, probe] of [
      ['Liveness', container.livenessProbe],
      ['Readiness', container.readinessProbe],
      ['Startup', container.startupProbe],
    ] as const)
      if (probe !== undefined) writer.field(2, name, describeProbe(probe));
    environmentFrom(writer, container);
    environment(writer, container, pod);
    mounts(writer, container);
  }
}

function basics(
  writer: DescribeWriter,
  container: Container,
  status: ContainerStatus | undefined,
  indent: string,
): void {
  writer.write(1, `${indent === '' ? '' : ' '}${container.name}:\n`);
  if (status !== undefined) writer.field(2, 'Container ID', status.containerID ?? '');
  writer.field(2, 'Image', container.image ?? '');
  if (status !== undefined) writer.field(2, 'Image ID', status.imageID);
  const ports = (container.ports ?? []).map((port) => `${port.containerPort}/${port.protocol ?? ''}`).join(', ');
  writer.field(2, ports.includes(',') ? 'Ports' : 'Port', orNone(ports));
  const hostPorts = (container.ports ?? []).map((port) => `${port.hostPort ?? 0}/${port.protocol ?? ''}`).join(', ');
  writer.field(2, hostPorts.includes(',') ? 'Host Ports' : 'Host Port', orNone(hostPorts));
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp !== undefined) {
    writer.field(2, 'SeccompProfile', seccomp.type);
    if (seccomp.type === 'Localhost') writer.field(3, 'LocalhostProfile', seccomp.localhostProfile ?? '');
  }
}

function command(writer: DescribeWriter, container: Container): void {
  for (const [title, words] of [
    ['Command', container.command ?? []],
    ['Args', container.args ?? []],
  ] as const) {
    if (words.length === 0) continue;
    writer.write(2, `${title}:\n`);
    for (const word of words) for (const line of word.split('\n')) writer.write(3, `${line}\n`);
  }
}

/** Limits and requests; nothing when there are none. */
export function describeResources(
  writer: DescribeWriter,
  level: number,
  resources: { limits?: Record<string, string | number>; requests?: Record<string, string | number> } | undefined,
): void {
  for (const [title, list] of [
    ['Limits', resources?.limits ?? {}],
    ['Requests', resources?.requests ?? {}],
  ] as const) {
    const names = Object.keys(list).sort();
    if (names.length > 0) writer.write(level, `${title}:\n`);
    for (const name of names) writer.field(level + 1, name, Quantity.of(list[name]));
  }
}

function describeState(writer: DescribeWriter, name: string, state: ContainerState | undefined): void {
  if (state?.running !== undefined) {
    writer.field(2, name, 'Running');
    writer.field(3, 'Started', longTime(state.running.startedAt));
  } else if (state?.waiting !== undefined) {
    writer.field(2, name, 'Waiting');
    if (state.waiting.reason) writer.field(3, 'Reason', state.waiting.reason);
  } else if (state?.terminated !== undefined) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    writer.field(2, name, 'Terminated');
    if (reason) writer.field(3, 'Reason', reason);
    if (message) writer.field(3, 'Message', message);
    writer.field(3, 'Exit Code', exitCode);
    if ((signal ?? 0) > 0) writer.field(3, 'Signal', signal);
    writer.field(3, 'Started', longTime(startedAt));
    writer.field(3, 'Finished', longTime(finishedAt));
  } else writer.field(2, name, 'Waiting');
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
export function describeProbe(probe: Probe): string {
  const attributes = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec !== undefined) return `exec [${(probe.exec.command ?? []).join(' ')}] ${attributes}`;
  if (probe.httpGet !== undefined) {
    const { scheme = '', host = '', port, path = '' } = probe.httpGet;
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const place = encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
    return `http-get ${scheme === '' ? '' : `${scheme.toLowerCase()}:`}//${address}${place !== '' && !place.startsWith('/') ? '/' : ''}${place} ${attributes}`;
  }
  if (probe.tcpSocket !== undefined)
    return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${attributes}`;
  if (probe.grpc !== undefined) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

function environmentFrom(writer: DescribeWriter, container: Container): void {
  const sources = container.envFrom ?? [];
  if (sources.length === 0) return;
  writer.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix = '' } of sources) {
    const from = configMapRef !== undefined ? 'ConfigMap' : secretRef !== undefined ? 'Secret' : '';
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    writer.write(3, `${name}\t${from}${prefix === '' ? '' : ` with prefix '${prefix}'`}\tOptional: ${optional}\n`);
  }
}

function environment(writer: DescribeWriter, container: Container, pod: Pod | undefined): void {
  const variables = container.env ?? [];
  writer.write(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}\n`);
  for (const variable of variables) {
    const { name, value = '', valueFrom } = variable;
    if (valueFrom === undefined) {
      for (const [i, line] of value.split('\n').entries())
        writer.write(3, i === 0 ? `${name}:\t${line}\n` : `\t${line}\n`);
    } else if (valueFrom.fieldRef !== undefined) {
      const { apiVersion = '', fieldPath } = valueFrom.fieldRef;
      writer.write(
        3,
        `${name}:\t${pod === undefined ? '' : fieldValue(pod, fieldPath)} (${apiVersion}:${fieldPath})\n`,
      );
    } else if (valueFrom.resourceFieldRef !== undefined) {
      const { resource } = valueFrom.resourceFieldRef;
      const text = resourceValue(container, variable);
      const shown = text === '0' && /^limits\.(cpu|memory)$/.test(resource) ? 'node allocatable' : text;
      writer.write(3, `${name}:\t${shown} (${resource})\n`);
    } else if (valueFrom.secretKeyRef !== undefined) {
      const { key, name: secret = '', optional = false } = valueFrom.secretKeyRef;
      writer.write(3, `${name}:\t<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional}\n`);
    } else if (valueFrom.configMapKeyRef !== undefined) {
      const { key, name: map = '', optional = false } = valueFrom.configMapKeyRef;
      writer.write(3, `${name}:\t<set to the key '${key}' of config map '${map}'>\tOptional: ${optional}\n`);
    }
  }
}

/** What a downward API path means, as far as kubectl resolves it: neither `status.podIP` nor `metadata.labels['x']`. */
function fieldValue(pod: Pod, path: string): string {
  const formatMap = (map: Readonly<Record<string, string>> = {}) =>
    Object.keys(map)
      .sort()
      .map((key) => `${key}=${goQuote(map[key] ?? '')}`)
      .join('\n');
  switch (path) {
    case 'metadata.annotations':
      return formatMap(pod.metadata?.annotations);
    case 'metadata.labels':
      return formatMap(pod.metadata?.labels);
    case 'metadata.name':
    case 'metadata.namespace':
    case 'metadata.uid':
      return pod.metadata?.[path.slice(9) as 'name' | 'namespace' | 'uid'] ?? '';
    default:
      return '';
  }
}

function resourceValue(container: Container, variable: EnvVar): string {
  const { resource = '', divisor } = variable.valueFrom?.resourceFieldRef ?? {};
  const [side, name = ''] = [resource.slice(0, resource.indexOf('.')), resource.slice(resource.indexOf('.') + 1)];
  if (side !== 'limits' && side !== 'requests') return '';
  const amount = Quantity.of(container.resources?.[side]?.[name]);
  const unit = Quantity.of(divisor);
  const by = unit.nano === 0n ? Quantity.of('1') : unit;
  return String(name === 'cpu' ? Math.ceil(amount.milliValue / by.milliValue) : Math.ceil(amount.value / by.value));
}

function mounts(writer: DescribeWriter, container: Container): void {
  const list = container.volumeMounts ?? [];
  const none = list.length === 0 ? '\t<none>' : '';
  writer.write(2, `Mounts:${none}\n`);
  for (const mount of goSort(list, (a, b) => a.mountPath < b.mountPath)) {
    const flags = [mount.readOnly === true ? 'ro' : 'rw'];
    if (mount.subPath) flags.push(`path=${goQuote(mount.subPath)}`);
    writer.write(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})\n`);
  }
  const devices = container.volumeDevices ?? [];
  if (devices.length === 0) return;
  writer.write(2, `Devices:${none}\n`);
  for (const device of goSort(devices, (a, b) => a.devicePath < b.devicePath))
    writer.write(3, `${device.devicePath} from ${device.name}\n`);
}
