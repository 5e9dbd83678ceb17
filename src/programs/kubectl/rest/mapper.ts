import { Failure, NoResourceMatch } from '../errors.ts';
import { goQuote } from '../go/quote.ts';
import type { ServedGroup, ServedResource } from './discovery.ts';

/** Which resource a kind is served as, and where (meta.RESTMapping). */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly served: ServedResource;
}

/** `v1`, `apps/v1` */
export function apiVersionOf(mapping: { readonly group: string; readonly version: string }): string {
  return mapping.group === '' ? mapping.version : `${mapping.group}/${mapping.version}`;
}

/** `pods`, `deployments.apps`: as messages name a resource (schema.GroupResource). */
export function groupResource(mapping: { readonly group: string; readonly resource: string }): string {
  return mapping.group === '' ? mapping.resource : `${mapping.resource}.${mapping.group}`;
}

/** The path of an object, or of the collection when it has no name. */
export function resourcePath(mapping: Mapping, namespace: string, name?: string, subresource?: string): string {
  let path = mapping.group === '' ? `/api/${mapping.version}` : `/apis/${mapping.group}/${mapping.version}`;
  if (mapping.namespaced && namespace !== '') path += `/namespaces/${encodeURIComponent(namespace)}`;
  path += `/${mapping.resource}`;
  if (name !== undefined) path += `/${encodeURIComponent(name)}`;
  if (subresource !== undefined && subresource !== '') path += `/${subresource}`;
  return path;
}

/** Finds resources by what people call them, and kinds by what manifests say (client-go's RESTMapper). */
export class RestMapper {
  readonly groups: readonly ServedGroup[];
  /** In the order of preference: /v1, then each group as the server lists it, its preferred version first. */
  private readonly served: readonly ServedResource[];

  constructor(groups: readonly ServedGroup[]) {
    this.groups = groups;
    this.served = groups.flatMap((group) => group.resources);
  }

  all(): readonly ServedResource[] {
    return this.served;
  }

  /** TYPE of a command line: plural, singular, short name or kind, with `.GROUP` or `.VERSION.GROUP`. @throws Failure */
  mappingFor(type: string): Mapping {
    const [resource = '', ...rest] = type.split('.');
    const version = rest[0] ?? '';
    const found =
      (rest.length >= 2 ? this.resourceFor(resource, rest.slice(1).join('.'), version) : undefined) ??
      this.resourceFor(resource, rest.join('.'), '') ??
      (rest.length >= 2 ? this.kindFor(resource, rest.slice(1).join('.'), version) : undefined) ??
      this.kindFor(resource, rest.join('.'), '');
    if (found === undefined) throw new Failure(`the server doesn't have a resource type ${goQuote(resource)}`);
    return toMapping(found);
  }

  /** A resource by plural, singular or short name; the group exactly or by its beginning. */
  private resourceFor(name: string, group: string, version: string): ServedResource | undefined {
    const long = this.expandShortName(name, group);
    const wanted = long.name.toLowerCase();
    const named = this.served.filter(
      (one) =>
        (one.name === wanted || (one.singularName || one.kind.toLowerCase()) === wanted) &&
        (version === '' || one.version === version),
    );
    if (long.group === '') return named[0];
    return (
      named.find((one) => one.group === long.group) ??
      (version === '' ? named.find((one) => one.group.startsWith(long.group)) : undefined)
    );
  }

  private expandShortName(name: string, group: string): { name: string; group: string } {
    const fits = (one: ServedResource) => group === '' || one.group === group;
    if (this.served.some((one) => fits(one) && (one.name === name || one.singularName === name)))
      return { name, group };
    const found =
      this.served.find((one) => fits(one) && one.shortNames.includes(name)) ??
      this.served.find((one) => group !== '' && one.group.startsWith(group) && one.shortNames.includes(name));
    return found === undefined ? { name, group } : { name: found.name, group: found.group };
  }

  private kindFor(kind: string, group: string, version: string): ServedResource | undefined {
    return this.served.find(
      (one) =>
        (one.kind === kind || one.kind.toLowerCase() === kind) &&
        one.group === group &&
        (version === '' || one.version === version),
    );
  }

  /** The mapping of a manifest's kind. @throws Failure `no matches for kind "X" in version "v1"`. */
  mappingForKind(kind: string, group: string, version: string): Mapping {
    const found = this.findKind(kind, group, version);
    if (found === undefined)
      throw new NoKindMatch(
        version === ''
          ? `no matches for kind ${goQuote(kind)} in group ${goQuote(group)}`
          : `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersionOf({ group, version }))}`,
      );
    return toMapping(found);
  }

  /** Like mappingForKind, undefined where that throws. */
  findKind(kind: string, group: string, version: string): ServedResource | undefined {
    return this.kindFor(kind, group, version);
  }

  /** The types in a category (`all`), or undefined when it is none. */
  category(name: string): readonly string[] | undefined {
    const found = this.served.filter((one) => one.categories.includes(name));
    return found.length === 0
      ? undefined
      : [...new Set(found.map((one) => (one.group === '' ? one.name : `${one.name}.${one.group}`)))];
  }

  /** Every resource of a name, the best first. @throws NoResourceMatch when there is none */
  resources(name: string): readonly ServedResource[] {
    const best = this.resource(name);
    return [best, ...this.served.filter((one) => one !== best && one.name === best.name && one.group !== best.group)];
  }

  /** A resource alone, as `explain` and `auth can-i` look for it. @throws NoResourceMatch */
  resource(name: string, group = '', version = ''): ServedResource {
    const found = this.resourceFor(name, group, version);
    if (found === undefined) {
      const where = [
        ...(group === '' ? [] : [`group ${goQuote(group)}`]),
        ...(version === '' ? [] : [`version ${goQuote(version)}`]),
      ];
      throw new NoResourceMatch(
        `the server doesn't have a resource type ${goQuote(name)}${where.length === 0 ? '' : ` in ${where.join(' and ')}`}`,
      );
    }
    return found;
  }
}

/** A manifest's kind that the server does not serve. */
export class NoKindMatch extends Failure {}

export function toMapping(served: ServedResource): Mapping {
  return {
    group: served.group,
    version: served.version,
    kind: served.kind,
    resource: served.name,
    namespaced: served.namespaced,
    served,
  };
}
