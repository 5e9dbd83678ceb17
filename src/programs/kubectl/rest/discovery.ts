import type { Context } from '../../../machines/process.ts';
import type { Routine } from '../../../sim/routine.ts';
import { UnreachableFailure } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { RestClient } from './client.ts';

/** A resource that the server serves, in one version of its group. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural: `pods`. */
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** Names without the resource's own: `status`, `scale`. */
  readonly subresources: readonly string[];
}

export interface ServedGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
  readonly resources: readonly ServedResource[];
}

const AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

interface DiscoveredResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind?: string };
  scope: string;
  singularResource?: string;
  verbs?: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}

interface AggregatedList {
  kind?: string;
  items?: { metadata?: { name?: string }; versions?: { version: string; resources?: DiscoveredResource[] }[] }[];
}

interface ResourceList {
  resources?: {
    name: string;
    singularName?: string;
    namespaced?: boolean;
    kind: string;
    verbs?: string[];
    shortNames?: string[];
    categories?: string[];
  }[];
}

/** All groups of the server, the core group first. @throws Failure */
export function* discover(client: RestClient, context: Context): Routine<ServedGroup[]> {
  try {
    const core = (yield* client.get('/api', { accept: AGGREGATED })) as AggregatedList;
    const named = (yield* client.get('/apis', { accept: AGGREGATED })) as AggregatedList;
    if (core.kind === 'APIGroupDiscoveryList' && named.kind === 'APIGroupDiscoveryList')
      return [...fromAggregated(core), ...fromAggregated(named)];
    return yield* plain(client, core, named);
  } catch (error) {
    if (error instanceof UnreachableFailure) {
      const text = `couldn't get current server API group list: Get "${client.config.server}/api?timeout=32s": ${error.problem}`;
      for (let i = 0; i < 5; i++)
        yield* context.stderr.write(`${klogPrefix(context)} memcache.go:265] "Unhandled Error" err=${goQuote(text)}\n`);
      throw new UnreachableFailure('Get', `${client.config.server}/api?timeout=32s`, error.problem);
    }
    throw error;
  }
}

/** `E1120 20:03:10.355068   11329`: klog's header of an error. */
export function klogPrefix(context: Context, severity = 'E'): string {
  const at = new Date(context.machine.world.sim.calendar()).toISOString();
  return `${severity}${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000 ${String(context.pid).padStart(7)}`;
}

function fromAggregated(list: AggregatedList): ServedGroup[] {
  return (list.items ?? []).map((item) => {
    const group = item.metadata?.name ?? '';
    const versions = item.versions ?? [];
    return {
      name: group,
      versions: versions.map(({ version }) => version),
      resources: versions.flatMap(({ version, resources }) =>
        (resources ?? []).map((found) => ({
          group,
          version,
          kind: found.responseKind?.kind ?? '',
          name: found.resource,
          singularName: found.singularResource ?? '',
          namespaced: found.scope === 'Namespaced',
          shortNames: found.shortNames ?? [],
          categories: found.categories ?? [],
          verbs: found.verbs ?? [],
          subresources: (found.subresources ?? []).map(({ subresource }) => subresource),
        })),
      ),
    };
  });
}

/** Servers before 1.26: one request a group and version. */
function* plain(client: RestClient, core: unknown, named: unknown): Routine<ServedGroup[]> {
  const groups: ServedGroup[] = [];
  const versions = (core as { versions?: string[] }).versions ?? ['v1'];
  const coreResources: ServedResource[] = [];
  for (const version of versions) coreResources.push(...(yield* resourcesAt(client, `/api/${version}`, '', version)));
  groups.push({ name: '', versions, resources: coreResources });
  const list = (
    named as {
      groups?: { name: string; versions: { version: string }[]; preferredVersion?: { version?: string } }[];
    }
  ).groups;
  for (const { name, versions: served, preferredVersion } of list ?? []) {
    const order = served
      .map(({ version }) => version)
      .sort((a, b) => Number(b === preferredVersion?.version) - Number(a === preferredVersion?.version));
    const resources: ServedResource[] = [];
    for (const version of order)
      resources.push(...(yield* resourcesAt(client, `/apis/${name}/${version}`, name, version)));
    groups.push({ name, versions: order, resources });
  }
  return groups;
}

function* resourcesAt(client: RestClient, path: string, group: string, version: string): Routine<ServedResource[]> {
  const list = ((yield* client.get(path)) as ResourceList).resources ?? [];
  return list
    .filter(({ name }) => !name.includes('/'))
    .map((found) => ({
      group,
      version,
      kind: found.kind,
      name: found.name,
      singularName: found.singularName ?? '',
      namespaced: found.namespaced === true,
      shortNames: found.shortNames ?? [],
      categories: found.categories ?? [],
      verbs: found.verbs ?? [],
      subresources: list
        .filter(({ name }) => name.startsWith(`${found.name}/`))
        .map(({ name }) => name.slice(found.name.length + 1)),
    }));
}
