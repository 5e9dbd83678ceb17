import type { KindDefinition } from './kind.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Version document: a build of 1.33. */
export const VERSION = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273a8ff1fa2e9f9f9bbd0fb7e2dd5c1a5e',
  gitTreeState: 'clean',
  buildDate: '2025-08-13T14:21:22Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Groups in the order in which the real server lists them. */
const ORDER = [
  '',
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
  'coordination.k8s.io',
  'discovery.k8s.io',
];

interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly group?: string;
  readonly version?: string;
}

const REVIEWS: readonly Resource[] = [
  {
    name: 'selfsubjectaccessreviews',
    singularName: 'selfsubjectaccessreview',
    namespaced: false,
    kind: 'SelfSubjectAccessReview',
    verbs: ['create'],
    group: 'authorization.k8s.io',
    version: 'v1',
  },
  {
    name: 'selfsubjectrulesreviews',
    singularName: 'selfsubjectrulesreview',
    namespaced: false,
    kind: 'SelfSubjectRulesReview',
    verbs: ['create'],
    group: 'authorization.k8s.io',
    version: 'v1',
  },
  {
    name: 'selfsubjectreviews',
    singularName: 'selfsubjectreview',
    namespaced: false,
    kind: 'SelfSubjectReview',
    verbs: ['create'],
    group: 'authentication.k8s.io',
    version: 'v1',
  },
];

function groups(kinds: readonly KindDefinition[]): string[] {
  const all = new Set([...kinds.map((kind) => kind.group), ...REVIEWS.map((each) => each.group ?? '')]);
  return [...all].sort((a, b) => ((ORDER.indexOf(a) + 99) % 99) - ((ORDER.indexOf(b) + 99) % 99));
}

function resourcesOf(
  kinds: readonly KindDefinition[],
  group: string,
): { resource: Resource; definition?: KindDefinition }[] {
  const own = kinds
    .filter((kind) => kind.group === group)
    .map((kind) => ({
      definition: kind,
      resource: {
        name: kind.plural,
        singularName: kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: kind.verbs ?? VERBS,
        ...(kind.shortNames === undefined ? {} : { shortNames: kind.shortNames }),
        ...(kind.categories === undefined ? {} : { categories: kind.categories }),
      },
    }));
  return [...own, ...REVIEWS.filter((each) => each.group === group).map((resource) => ({ resource }))].sort((a, b) =>
    a.resource.name < b.resource.name ? -1 : 1,
  );
}

function versionOf(kinds: readonly KindDefinition[], group: string): string {
  return kinds.find((kind) => kind.group === group)?.version ?? 'v1';
}

/** `/api` or `/apis` in the aggregated form (apidiscovery.k8s.io/v2 APIGroupDiscoveryList). */
export function aggregated(kinds: readonly KindDefinition[], core: boolean): unknown {
  const wanted = groups(kinds).filter((group) => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: wanted.map((group) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [
        {
          version: versionOf(kinds, group),
          freshness: 'Current',
          resources: resourcesOf(kinds, group).map(({ resource, definition }) => ({
            resource: resource.name,
            responseKind: { group: '', version: '', kind: resource.kind },
            scope: resource.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: resource.singularName,
            verbs: resource.verbs,
            ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
            ...(resource.categories === undefined ? {} : { categories: resource.categories }),
            ...(definition?.subresources === undefined
              ? {}
              : {
                  subresources: definition.subresources.map((name) => ({
                    subresource: name,
                    responseKind:
                      name === 'scale'
                        ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
                        : { group: '', version: '', kind: resource.kind },
                    verbs: name === 'status' || name === 'scale' ? ['get', 'patch', 'update'] : ['create', 'get'],
                  })),
                }),
          })),
        },
      ],
    })),
  };
}

/** `/api` as older clients ask for it. */
export function coreVersions(server: string): unknown {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: server }],
  };
}

/** `/apis` as older clients ask for it. */
export function groupList(kinds: readonly KindDefinition[]): unknown {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups(kinds)
      .filter((group) => group !== '')
      .map((name) => {
        const version = versionOf(kinds, name);
        const entry = { groupVersion: `${name}/${version}`, version };
        return { name, versions: [entry], preferredVersion: entry };
      }),
  };
}

/** `/api/v1` or `/apis/GROUP/VERSION`; undefined for one that is not served. */
export function resourceList(kinds: readonly KindDefinition[], group: string, version: string): unknown {
  const found = resourcesOf(kinds, group);
  if (found.length === 0 || versionOf(kinds, group) !== version) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: found.flatMap(({ resource, definition }) => [
      { ...resource, group: undefined, version: undefined },
      ...(definition?.subresources ?? []).map((name) => ({
        name: `${resource.name}/${name}`,
        singularName: '',
        namespaced: resource.namespaced,
        ...(name === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind: resource.kind }),
        verbs: name === 'status' || name === 'scale' ? ['get', 'patch', 'update'] : ['create', 'get'],
      })),
    ]),
  };
}
