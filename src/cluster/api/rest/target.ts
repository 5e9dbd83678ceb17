import type { ApiServer } from '../server.ts';
import type { Shelf } from '../store.ts';

/** What a path under /api or /apis points at. */
export interface Target {
  readonly shelf: Shelf;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** `status`, `scale`, `log`, ...; undefined for the object itself. */
  readonly subresource: string | undefined;
  /** What follows the subresource: the path of a proxied request. */
  readonly rest: string;
}

/** A path below a group's version, taken apart. */
export interface GroupPath {
  readonly group: string;
  readonly version: string;
  /** Decoded segments after the version. */
  readonly parts: readonly string[];
}

/** `/api/v1/...` and `/apis/GROUP/VERSION/...`; undefined for any other path. */
export function groupPath(path: string): GroupPath | undefined {
  const [root, ...parts] = path.replace(/^\//, '').split('/').map(decode);
  if (root === 'api' && parts[0] !== undefined && parts[0] !== '')
    return { group: '', version: parts[0], parts: parts.slice(1).filter((part, at, all) => keep(part, at, all)) };
  if (root === 'apis' && parts[0] !== undefined && parts[1] !== undefined && parts[1] !== '')
    return {
      group: parts[0],
      version: parts[1],
      parts: parts.slice(2).filter((part, at, all) => keep(part, at, all)),
    };
  return undefined;
}

/** Finds the resource that a path means; undefined when there is none. */
export function resolve(server: ApiServer, { group, version, parts }: GroupPath): Target | undefined {
  const served = (plural: string | undefined) => {
    const kind = server.kinds.find(
      (each) => each.plural === plural && each.group === group && each.version === version,
    );
    return kind === undefined ? undefined : server.shelf(kind.plural, kind.group);
  };
  const target = (
    shelf: Shelf | undefined,
    namespace: string | undefined,
    rest: readonly string[],
  ): Target | undefined => {
    if (shelf === undefined) return undefined;
    const [name, subresource, ...tail] = rest;
    return { shelf, namespace, name, subresource, rest: tail.join('/') };
  };
  const [first, second, third] = parts;
  if (first === 'namespaces' && second !== undefined && third !== undefined) {
    // `namespaces/NAME/status` and `/finalize` are the namespace's own.
    if (group === '' && (third === 'status' || third === 'finalize'))
      return target(served('namespaces'), undefined, parts.slice(1));
    const shelf = served(third);
    return shelf?.kind.namespaced === true ? target(shelf, second, parts.slice(3)) : undefined;
  }
  const shelf = served(first);
  // A namespaced object has no path outside of its namespace, but all of them can be listed together.
  if (shelf?.kind.namespaced === true && second !== undefined) return undefined;
  return target(shelf, undefined, parts.slice(1));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A slash at the end of a path means nothing. */
function keep(part: string, at: number, all: readonly string[]): boolean {
  return part !== '' || at !== all.length - 1;
}
