import type { Container, Pod } from '../api/types.ts';
import { milliValue, quantityValue } from '../resources/quantity.ts';

/** A field of a pod as the downward API gives it, for files and for environment variables (pkg/fieldpath). */
export function podField(pod: Pod, path: string, podIP = pod.status?.podIP ?? ''): string {
  const one = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (one?.[1] !== undefined && one[2] !== undefined) return pod.metadata?.[one[1] as 'labels']?.[one[2]] ?? '';
  switch (path) {
    case 'metadata.labels':
      return formatMap(pod.metadata?.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata?.annotations);
    case 'metadata.name':
      return pod.metadata?.name ?? '';
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata?.uid ?? '';
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return podIP;
    case 'status.hostIP':
    case 'status.hostIPs':
      return pod.status?.hostIP ?? '';
    default:
      return '';
  }
}

/** fieldpath.FormatMap: `key="value"` lines, sorted. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join('\n');
}

/** A container's request or limit, in units of the divisor, rounded up: `limits.cpu`, `requests.memory`. */
export function resourceField(container: Container, resource: string, divisor: string | number | undefined): string {
  const [part = '', name = ''] = resource.split('.');
  const list = part === 'limits' ? container.resources?.limits : container.resources?.requests;
  const amount = list?.[name];
  if (amount === undefined) return '0';
  const unit = divisor === undefined || quantityValue(divisor) === 0 ? '1' : divisor;
  const value = name === 'cpu' ? milliValue(amount) / milliValue(unit) : quantityValue(amount) / quantityValue(unit);
  return String(Math.ceil(value));
}
