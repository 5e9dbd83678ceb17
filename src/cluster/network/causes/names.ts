import type { KubeObject } from '../../api/types.ts';
import type { CauseLink } from '../trace.ts';
import {
  at,
  type Case,
  closestWord,
  type Family,
  inNamespace,
  link,
  type PodObject,
  refOf,
  type ServiceObject,
} from './cause.ts';
import { withoutEndpoints } from './endpoints.ts';
import { workloadsIn } from './workloads.ts';

/** A name that leads nowhere. */
export const names: Family = {
  'dns.nxdomain': (given, step) => {
    const query = (step.facts?.['query'] ?? given.trace.target).replace(/\.$/, '');
    const outside = given.from.place.at !== 'pod';
    const all = given.network.clients.resource<ServiceObject>('services').list();
    const asked = wanted(given, query);
    const [name, namespace] = [asked.name, asked.namespace];
    const same = all.filter((service) => service.metadata?.name === name);
    if (outside && (same.length > 0 || query.endsWith('.cluster.local')))
      return [
        link('name.outside', {
          object: same[0] === undefined ? undefined : refOf('Service', same[0]),
          facts: { name, server: given.tuple.dst },
          evidence: 'cat /etc/resolv.conf',
        }),
      ];
    const there = same.find((service) => service.metadata?.namespace === namespace);
    if (there !== undefined) return known(given, there, query);
    const elsewhere = same[0];
    if (elsewhere !== undefined) {
      const found = elsewhere.metadata?.namespace ?? '';
      return [
        link('name.other-namespace', {
          object: refOf('Service', elsewhere),
          facts: { name, namespace, found },
          evidence: `kubectl get service ${name}${inNamespace(found)}`,
        }),
      ];
    }
    const alias = aliasOf(all, query);
    if (alias !== undefined) return known(given, alias, query);
    const made = workloadsIn(
      given,
      namespace,
      given.network.clients.resource<PodObject>('pods').list({ namespace }),
    ).find((each) => each.ref.name === name);
    if (made !== undefined)
      return [
        link('service.missing', {
          object: made.ref,
          facts: { name, namespace, kind: made.ref.kind },
          evidence: `kubectl get services${inNamespace(namespace)}`,
        }),
      ];
    const near = all.filter((service) => service.metadata?.namespace === namespace);
    const similar = closestWord(
      name,
      near.map((service) => service.metadata?.name ?? ''),
    );
    const spaces = given.network.clients.resource<KubeObject>('namespaces').list();
    const place = spaces.some((each) => each.metadata?.name === namespace)
      ? undefined
      : closestWord(
          namespace,
          spaces.map((each) => each.metadata?.name ?? ''),
        );
    const inPlace =
      place === undefined
        ? undefined
        : all.find((each) => each.metadata?.name === name && each.metadata.namespace === place);
    // What `kubectl get service -o jsonpath={.spec.clusterIP}` prints of a headless Service, taken for an address.
    const headless = name === 'None' || name === 'none' ? near.filter((each) => each.spec?.clusterIP === 'None') : [];
    const service = inPlace ?? near.find((each) => each.metadata?.name === similar) ?? headless[0];
    return [
      link('name.unknown', {
        object: service === undefined ? undefined : refOf('Service', service),
        facts: {
          name: query,
          namespace,
          ...(service === undefined
            ? {}
            : { similar: service.metadata?.name ?? '', found: service.metadata?.namespace ?? '' }),
        },
        evidence: 'kubectl get services -A',
      }),
    ];
  },
};

/** The name as the person wrote it, and the namespace in which it was looked for. */
function wanted(given: Case, query: string): { name: string; namespace: string } {
  const own = given.from.place.at === 'pod' ? given.from.place.namespace : 'default';
  const full = /^(.*?)\.svc(\.cluster\.local)?$/.exec(query);
  const text = hostOf(given.trace.asked) ?? full?.[1] ?? query;
  const parts = text.replace(/\.svc(\.cluster\.local)?\.?$/, '').split('.');
  const [name = query] = parts;
  const explicit = parts.length > 1 ? parts.at(-1) : undefined;
  return { name, namespace: explicit ?? own };
}

/** The host in what a client was asked for: a URL, or a bare name. */
export function hostOf(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  return /^(?:[a-z]+:\/\/)?([^/:]+)/i.exec(target)?.[1];
}

/** The Service of type ExternalName that says this name. */
function aliasOf(all: readonly ServiceObject[], query: string): ServiceObject | undefined {
  return all.find((each) => each.spec?.type === 'ExternalName' && each.spec.externalName === query);
}

/** The Service is there, and yet its name has no address. */
function known(given: Case, service: ServiceObject, query: string): CauseLink[] {
  const ref = refOf('Service', service);
  if (service.spec?.type === 'ExternalName')
    return [
      link('external-name.unknown', {
        object: at(ref, 'spec.externalName'),
        facts: { service: ref.name, externalName: service.spec.externalName ?? '' },
        evidence: `kubectl get service ${ref.name}${inNamespace(ref.namespace)}`,
      }),
    ];
  if (service.spec?.clusterIP === 'None')
    return [
      link('headless.no-address', {
        object: at(ref, 'spec.clusterIP'),
        facts: { service: ref.name },
        evidence: `kubectl get service ${ref.name}${inNamespace(ref.namespace)}`,
      }),
      ...withoutEndpoints(given, service),
    ];
  return [
    link('name.unknown', {
      object: ref,
      facts: { name: query, namespace: ref.namespace ?? '', similar: ref.name, found: ref.namespace ?? '' },
      evidence: 'kubectl get services -A',
    }),
  ];
}
