import type { ContainerStatus } from '../../api/types.ts';
import type { CauseLink } from '../trace.ts';
import { at, type Case, inNamespace, link, type PodObject, refOf } from './cause.ts';
import { configOf, mountedAt } from './mounts.ts';
import { liveness } from './probes.ts';
import { keyMissing } from './readiness.ts';
import type { Workload } from './workloads.ts';

/** Why a container does not stay up, as its exit and its last words tell. */
export function crash(given: Case, pod: PodObject, made: Workload, status: ContainerStatus, path: string): CauseLink[] {
  const ref = refOf('Pod', pod);
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  const message = status.state?.waiting?.message ?? ended?.message ?? '';
  const log = given.network.logs(pod, status.name);
  const restarted = (status.restartCount ?? 0) > 0;
  const last = [...log].reverse().find((line) => /emerg|error|fatal|panic/i.test(line)) ?? log.at(-1) ?? '';
  const logs = `kubectl logs ${ref.name}${inNamespace(ref.namespace)}${restarted ? ' --previous' : ''}`;
  const crashed = link('container.crashed', {
    object: at(ref, 'status.containerStatuses'),
    facts: {
      pod: ref.name,
      container: status.name,
      exitCode: String(ended?.exitCode ?? ''),
      restarts: String(status.restartCount ?? 0),
      log: last,
    },
    evidence: last === '' ? `kubectl describe pod ${ref.name}${inNamespace(ref.namespace)}` : logs,
  });
  const describe = `kubectl describe pod ${ref.name}${inNamespace(ref.namespace)}`;
  const unwell = liveness(given, pod, made, status.name, path, describe);
  if (unwell !== undefined) return [crashed, ...unwell];
  const said = fromLog(given, pod, status.name, last);
  if (said !== undefined) return [crashed, said];
  if (
    /executable file not found|no such file or directory/.test(`${message} ${last}`) ||
    ended?.exitCode === 127 ||
    ended?.exitCode === 128
  )
    return [
      crashed,
      link('command.not-found', {
        object: at(made.ref, `${path}.command`),
        facts: {
          container: status.name,
          command: commandOf(made, status.name),
          message: message === '' ? last : message,
        },
        evidence: describe,
      }),
    ];
  if (ended?.exitCode === 0)
    return [
      crashed,
      link('command.ends', {
        object: at(made.ref, `${path}.command`),
        facts: { container: status.name, command: commandOf(made, status.name) },
        evidence: describe,
      }),
    ];
  if (ended?.reason === 'OOMKilled')
    return [
      crashed,
      link('memory.exceeded', {
        object: at(made.ref, `${path}.resources.limits.memory`),
        facts: { container: status.name },
        evidence: describe,
      }),
    ];
  if (path.includes('.initContainers['))
    return [
      crashed,
      link('init.fails', {
        object: at(made.ref, path),
        facts: { container: status.name, command: commandOf(made, status.name) },
        evidence: describe,
      }),
    ];
  return [crashed];
}

function commandOf(made: Workload, container: string): string {
  const all = [...(made.spec.initContainers ?? []), ...made.spec.containers];
  const found = all.find((each) => each.name === container);
  return [...(found?.command ?? []), ...(found?.args ?? [])].join(' ');
}

/** What nginx says before it gives up, traced back to the ConfigMap or the Secret that the file came from. */
function fromLog(given: Case, pod: PodObject, container: string, last: string): CauseLink | undefined {
  const namespace = pod.metadata?.namespace ?? '';
  const certificate = /cannot load certificate( key)? "([^"]+)": (.*)$/.exec(last);
  if (certificate !== null) {
    const [, key, path = '', why = ''] = certificate;
    const from = mountedAt(pod, container, path);
    if (from === undefined)
      return link('file.missing', {
        object: at(refOf('Pod', pod), 'spec.volumes'),
        facts: { path, container },
        evidence: `kubectl get pod ${pod.metadata?.name} -o yaml${inNamespace(namespace)}`,
      });
    const data = configOf(given, from.kind, from.name, namespace)?.data;
    if (data?.[from.key] === undefined) return keyMissing(given, pod, from.kind, from.name, from.key);
    return link(/mismatch/.test(why) ? 'key.mismatched' : key === undefined ? 'certificate.broken' : 'key.broken', {
      object: { kind: from.kind, name: from.name, namespace, fieldPath: `data.${from.key}` },
      facts: { name: from.name, key: from.key, path, message: why },
      evidence: `kubectl describe ${from.kind.toLowerCase()} ${from.name}${inNamespace(namespace)}`,
    });
  }
  if (/key values mismatch/.test(last)) {
    const path = /SSL_CTX_use_PrivateKey(?:_file)?\("([^"]+)"\)/.exec(last)?.[1];
    const from = path === undefined ? undefined : mountedAt(pod, container, path);
    if (from !== undefined)
      return link('key.mismatched', {
        object: { kind: from.kind, name: from.name, namespace, fieldPath: `data.${from.key}` },
        facts: { name: from.name, key: from.key, path: path ?? '', message: last },
        evidence: `kubectl describe ${from.kind.toLowerCase()} ${from.name}${inNamespace(namespace)}`,
      });
  }
  const config = /\[emerg\](?: \d+#\d+:)?\s*(.*?) in (\/\S+?):(\d+)/.exec(last);
  if (config === null) return undefined;
  const [, message = '', path = '', line = ''] = config;
  const from = mountedAt(pod, container, path);
  if (from === undefined) return undefined;
  return link('config.invalid', {
    object: { kind: from.kind, name: from.name, namespace, fieldPath: `data.${from.key}` },
    facts: { name: from.name, key: from.key, line, message, path },
    evidence: `kubectl get ${from.kind.toLowerCase()} ${from.name} -o yaml${inNamespace(namespace)}`,
  });
}
