import type { Container, PodSpec } from '../../api/types.ts';
import { ipWarnings } from '../ip.ts';
import { milliValue } from '../quantity.ts';
import { POD_FIELDS, unsimulatedWarnings } from '../unsimulated.ts';

/** Labels of nodes that were renamed (pkg/api/node/util). */
const RENAMED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/**
 * The warnings of a write that holds a pod spec: those of the real server (pkg/api/pod/warnings.go), then what Hopscope
 * stores and does not simulate. `path` is `spec` or `spec.template.spec`.
 */
export function podWarnings(path: string, spec: PodSpec | undefined, old: PodSpec | undefined): string[] {
  if (spec === undefined) return [];
  return [...serverWarnings(path, spec), ...unsimulatedWarnings(`${path}.`, spec, old, POD_FIELDS)];
}

function serverWarnings(path: string, spec: PodSpec): string[] {
  const found: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const why = RENAMED_LABELS[key];
    if (why !== undefined) found.push(`${path}.nodeSelector[${key}]: ${why}`);
  }
  for (const [index, volume] of (spec.volumes ?? []).entries())
    if (volume.gitRepo)
      found.push(`${path}.volumes[${index}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`);
  const aliases = new Map<string, number>();
  for (const [index, alias] of (spec.hostAliases ?? []).entries()) {
    const first = aliases.get(alias.ip ?? '');
    if (first !== undefined)
      found.push(
        `${path}.hostAliases[${index}].ip: duplicate ip "${alias.ip}" defined in ${path}.hostAliases[${first}].ip`,
      );
    else aliases.set(alias.ip ?? '', index);
    found.push(...ipWarnings(`${path}.hostAliases[${index}].ip`, alias.ip ?? ''));
  }
  for (const [index, { name }] of (spec.imagePullSecrets ?? []).entries())
    if ((name ?? '') === '') found.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`);
  for (const [index, server] of (spec.dnsConfig?.nameservers ?? []).entries())
    found.push(...ipWarnings(`${path}.dnsConfig.nameservers[${index}]`, server));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0)
    found.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  for (const list of ['initContainers', 'containers'] as const)
    for (const [index, container] of (spec[list] ?? []).entries())
      found.push(...containerWarnings(`${path}.${list}[${index}]`, container));
  return found;
}

function containerWarnings(at: string, container: Container): string[] {
  const found: string[] = [];
  const numbers = new Map<string, number>();
  for (const [index, { containerPort, hostPort, hostIP, protocol }] of (container.ports ?? []).entries()) {
    const here = `${at}.ports[${index}]`;
    const key = `${protocol}/${containerPort}/${hostPort ?? 0}/${hostIP ?? ''}`;
    const twin = numbers.get(key);
    if (twin !== undefined) found.push(`${here}: duplicate port definition with ${at}.ports[${twin}]`);
    else numbers.set(key, index);
  }
  const seen = new Set<string>();
  for (const [index, { name }] of (container.env ?? []).entries()) {
    if (seen.has(name))
      found.push(`${at}.env[${index}]: hides previous definition of "${name}", which may be dropped when using apply`);
    seen.add(name);
  }
  for (const part of ['limits', 'requests'] as const)
    for (const name of ['memory', 'ephemeral-storage']) {
      const quantity = container.resources?.[part]?.[name];
      if (quantity !== undefined && milliValue(quantity) % 1000 !== 0)
        found.push(
          `${at}.resources.${part}[${name}]: fractional byte value "${quantity}" is invalid, must be an integer`,
        );
    }
  return found;
}
