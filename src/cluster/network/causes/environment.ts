import { type Fix, run } from '../fixes/fix.ts';
import { restart } from '../fixes/workloads.ts';
import type { CauseLink } from '../trace.ts';
import { at, type Case, inNamespace, link, type PodObject, refOf, type ServiceObject } from './cause.ts';

/**
 * A command in a pod asked for an address by a variable that is empty: kubelet writes the variables of the Services that exist when a
 * pod starts, and never again. No packet was sent, so there is no trace to explain.
 */
export function emptyVariable(
  given: Pick<Case, 'network'>,
  pod: PodObject,
  line: string,
): { chain: CauseLink[]; fixes: Fix[] } | undefined {
  const written = /\$\{?([A-Z][A-Z0-9_]*)_SERVICE_(?:HOST|PORT)/.exec(line)?.[1];
  const bare = /https?:\/\/(?:[:/\s]|$)/.test(line);
  if (written === undefined && !bare) return undefined;
  const namespace = pod.metadata?.namespace ?? '';
  const born = (object: { metadata?: { creationTimestamp?: string } }) =>
    Date.parse(String(object.metadata?.creationTimestamp ?? '')) || 0;
  const service = given.network.clients
    .resource<ServiceObject>('services')
    .list({ namespace })
    .filter(
      (each) =>
        born(each) >= born(pod) &&
        each.spec?.clusterIP !== 'None' &&
        (written === undefined || variableName(each) === written),
    )
    .sort((a, b) => born(b) - born(a))[0];
  if (service === undefined) return undefined;
  const [name, owner] = [service.metadata?.name ?? '', pod.metadata?.name ?? ''];
  const where = inNamespace(namespace);
  return {
    chain: [
      link('environment.older', {
        object: at(refOf('Pod', pod), 'metadata.creationTimestamp'),
        facts: { variable: `${variableName(service)}_SERVICE_HOST`, service: name, pod: owner },
        evidence: `kubectl get pod/${owner} service/${name}${where}`,
      }),
    ],
    fixes: [
      run('pods.restart', restart(given, pod), { pod: owner, service: name }, { kind: 'Pod', name: owner, namespace }),
    ],
  };
}

/** `my-nginx` is MY_NGINX in the names of variables (pkg/kubelet/envvars). */
function variableName(service: ServiceObject): string {
  return (service.metadata?.name ?? '').toUpperCase().replaceAll('-', '_');
}
