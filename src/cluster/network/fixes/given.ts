import type { Case, PodObject, ServiceObject } from '../causes/cause.ts';
import type { CauseLink } from '../trace.ts';

/** A Service by its name; none where no name is known. */
export function named(given: Case, name: string | undefined, namespace: string | undefined): ServiceObject | undefined {
  return name === undefined
    ? undefined
    : given.network.clients.resource<ServiceObject>('services').find(name, namespace ?? 'default');
}

/** The Service that a cause names, else the one that the request asked for. */
export function serviceIn(given: Case, { object }: CauseLink): ServiceObject | undefined {
  if (object?.kind === 'Service') return named(given, object.name, object.namespace);
  const { service } = given.trace;
  return named(given, service?.name, service?.namespace);
}

/** The pods of a namespace. */
export function podsIn(given: Case, namespace: string | undefined): PodObject[] {
  return given.network.clients.resource<PodObject>('pods').list({ namespace: namespace ?? 'default' });
}
