import type { KindDefinition } from '../kind.ts';
import { apiVersionOf } from '../registry.ts';
import type { Form } from './accept.ts';
import { VIRTUAL_RESOURCES } from './virtual-resources.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

interface SubresourceFacts {
  /** Group, version and kind of what it takes or gives; of the resource itself when absent. */
  readonly of?: readonly [group: string, version: string, kind: string];
  readonly verbs: readonly string[];
}

const READ_WRITE = ['get', 'patch', 'update'];
const PROXY = ['create', 'delete', 'get', 'patch', 'update'];

const SUBRESOURCES: Readonly<Record<string, SubresourceFacts>> = {
  attach: { of: ['', 'v1', 'PodAttachOptions'], verbs: ['create', 'get'] },
  binding: { of: ['', 'v1', 'Binding'], verbs: ['create'] },
  ephemeralcontainers: { verbs: READ_WRITE },
  eviction: { of: ['policy', 'v1', 'Eviction'], verbs: ['create'] },
  exec: { of: ['', 'v1', 'PodExecOptions'], verbs: ['create', 'get'] },
  finalize: { verbs: ['update'] },
  log: { verbs: ['get'] },
  portforward: { of: ['', 'v1', 'PodPortForwardOptions'], verbs: ['create', 'get'] },
  proxy: { verbs: PROXY },
  resize: { verbs: READ_WRITE },
  scale: { of: ['autoscaling', 'v1', 'Scale'], verbs: READ_WRITE },
  status: { verbs: READ_WRITE },
  token: { of: ['authentication.k8s.io', 'v1', 'TokenRequest'], verbs: ['create'] },
};

/** The order of groups in `/apis` (apiServicePriorities of kube-aggregator); others follow by name. */
const GROUPS = [
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
];

/** A resource or subresource as discovery lists it. */
export interface Discovered {
  readonly group: string;
  readonly version: string;
  /** `pods`, or `log` of a subresource. */
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: readonly [group: string, version: string, kind: string];
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Discovered[];
}

/** Lists that were made before: every kubectl asks, and a server's kinds never change. */
const made = new WeakMap<readonly KindDefinition[], readonly Discovered[]>();

/** Every resource that is served, in the order of its name. */
export function discovered(kinds: readonly KindDefinition[]): readonly Discovered[] {
  let all = made.get(kinds);
  if (all === undefined) {
    all = [...kinds.map(ofKind), ...VIRTUAL_RESOURCES].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    made.set(kinds, all);
  }
  return all;
}

function ofKind(kind: KindDefinition): Discovered {
  const { group, version } = kind;
  const base = { group, version, namespaced: kind.namespaced, shortNames: [], categories: [], subresources: [] };
  return {
    ...base,
    name: kind.plural,
    singular: kind.singular,
    kind: [group, version, kind.kind],
    verbs: kind.verbs ?? (kind.kind === 'Namespace' ? VERBS.filter((verb) => verb !== 'deletecollection') : VERBS),
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    subresources: [...(kind.subresources ?? [])].sort().map((name) => {
      const facts = SUBRESOURCES[name];
      const own = name === 'proxy' ? `${kind.kind}ProxyOptions` : kind.kind;
      return {
        ...base,
        name,
        singular: '',
        kind: facts?.of ?? [group, version, own],
        verbs: facts?.verbs ?? READ_WRITE,
      };
    }),
  };
}

/** The groups besides the core one, in their order, each with its versions. */
export function groupsOf(
  all: readonly Discovered[],
): readonly (readonly [group: string, versions: readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const { group, version } of all) {
    if (group === '') continue;
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) groups.set(group, [...versions, version]);
  }
  const rank = (group: string) => (GROUPS.includes(group) ? GROUPS.indexOf(group) : GROUPS.length);
  return [...groups].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The answer to `/api` or `/apis`. */
export function rootDiscovery(kinds: readonly KindDefinition[], core: boolean, form: Form): unknown {
  const all = discovered(kinds);
  if (form === 'discovery-v2' || form === 'discovery-v2beta1')
    return {
      kind: 'APIGroupDiscoveryList',
      apiVersion: form === 'discovery-v2' ? 'apidiscovery.k8s.io/v2' : 'apidiscovery.k8s.io/v2beta1',
      metadata: {},
      items: (core ? [['', ['v1']] as const] : groupsOf(all)).map(([group, versions]) => ({
        metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
        versions: versions.map((version) => ({
          version,
          resources: all.filter((each) => each.group === group && each.version === version).map(aggregated),
          freshness: 'Current',
        })),
      })),
    };
  if (core)
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.240.0.2:443' }],
    };
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(all).map(([group]) => groupBody(all, group)) };
}

/** The answer to `/apis/GROUP`; undefined for a group that is not served. */
export function groupDiscovery(kinds: readonly KindDefinition[], group: string): unknown {
  const all = discovered(kinds);
  if (!all.some((each) => each.group === group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(all, group) };
}

/** The answer to `/api/v1` or `/apis/GROUP/VERSION`; undefined for what is not served. */
export function versionDiscovery(kinds: readonly KindDefinition[], group: string, version: string): unknown {
  const all = discovered(kinds).filter((each) => each.group === group && each.version === version);
  if (all.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: all.flatMap((each) => [
      plain(each, each.name),
      ...each.subresources.map((sub) => plain(sub, `${each.name}/${sub.name}`)),
    ]),
  };
}

function groupBody(all: readonly Discovered[], group: string): object {
  const versions = groupsOf(all).find(([name]) => name === group)?.[1] ?? [];
  const bodies = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: bodies, preferredVersion: bodies[0] };
}

function aggregated(each: Discovered): object {
  const [group, version, kind] = each.kind;
  return {
    resource: each.name,
    responseKind: { group, version, kind },
    scope: each.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: each.singular,
    verbs: each.verbs,
    ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
    ...(each.categories.length === 0 ? {} : { categories: each.categories }),
    ...(each.subresources.length === 0
      ? {}
      : {
          subresources: each.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: { group: sub.kind[0], version: sub.kind[1], kind: sub.kind[2] },
            verbs: sub.verbs,
          })),
        }),
  };
}

function plain(each: Discovered, name: string): object {
  const [group, version, kind] = each.kind;
  const foreign = group !== each.group || version !== each.version;
  return {
    name,
    singularName: each.singular,
    namespaced: each.namespaced,
    ...(foreign ? { ...(group === '' ? {} : { group }), version } : {}),
    kind,
    verbs: each.verbs,
    ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
    ...(each.categories.length === 0 ? {} : { categories: each.categories }),
  };
}
