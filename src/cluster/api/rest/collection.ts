import type { ListOptions } from '../client.ts';
import { errors } from '../errors.ts';
import type { FieldError, KindDefinition } from '../kind.ts';
import type { ApiServer } from '../server.ts';
import { byKey, keyOf, type Shelf } from '../store.ts';
import type { KubeObject } from '../types.ts';

/** A page of a list. */
export interface Page {
  readonly objects: readonly KubeObject[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const LIST_OPTIONS = { group: 'meta.k8s.io', plural: 'ListOptions', kind: 'ListOptions' };

/** Lists with the query's limit, continue, resourceVersion and resourceVersionMatch. @throws ApiError */
export function listPage(server: ApiServer, shelf: Shelf, options: ListOptions, query: URLSearchParams): Page {
  const filter = server.filter(shelf, options);
  checkListOptions(query);
  const now = Number(server.resourceVersion);
  const limit = Number(query.get('limit') ?? 0) || 0;
  const token = query.get('continue') ?? '';
  const exact = query.get('resourceVersionMatch') === 'Exact';
  const wanted = versionOf(query.get('resourceVersion'));
  if (wanted > now) {
    throw errors.timeout(`Too large resource version: ${wanted}, current: ${now}`, [
      { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
    ]);
  }
  const from = token === '' ? undefined : decodeContinue(token);
  const version = from?.version ?? (exact && wanted > 0 ? wanted : now);
  let objects: KubeObject[];
  if (version === now) objects = server.list(shelf, options);
  else {
    const then = shelf.at(version);
    if (then === undefined) {
      if (from === undefined) throw errors.gone(`The resourceVersion for the provided list is too old.`);
      throw expired(from.start, now);
    }
    objects = then.filter((object) => filter.fits(object));
  }
  objects = byKey(objects);
  if (from !== undefined) objects = objects.filter((object) => `${keyOf(object)}` >= from.start);
  if (limit <= 0 || objects.length <= limit) return { objects, metadata: { resourceVersion: String(version) } };
  const page = objects.slice(0, limit);
  const last = page.at(-1);
  return {
    objects: page,
    metadata: {
      resourceVersion: String(version),
      continue: encodeContinue(version, `${last === undefined ? '' : keyOf(last)}\0`),
      // With a selector the real server does not know how many are left.
      ...(filter.everything ? { remainingItemCount: objects.length - limit } : {}),
    },
  };
}

/** @throws ApiError Invalid, BadRequest */
export function versionOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^\d+$/.test(text))
    throw errors.invalid({ group: '', plural: '', kind: '' }, '', [
      {
        type: 'Invalid value',
        field: 'resourceVersion',
        value: text,
        detail: `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
      },
    ]);
  return Number(text);
}

function checkListOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const problems: FieldError[] = [];
  const forbidden = (field: string, detail: string) => problems.push({ type: 'Forbidden', field, detail });
  if (match !== '') {
    if (version === '')
      forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if ((query.get('continue') ?? '') !== '')
      forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan')
      problems.push({
        type: 'Unsupported value',
        field: 'resourceVersionMatch',
        value: match,
        detail: 'supported values: "Exact", "NotOlderThan", ""',
      });
    if (match === 'Exact' && version === '0')
      forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (query.has('sendInitialEvents')) forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (problems.length > 0) throw errors.invalid(LIST_OPTIONS, '', problems);
}

function encodeContinue(version: number, start: string): string {
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start });
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decodeContinue(token: string): { version: number; start: string } {
  let read: { v?: string; rv?: number; start?: string };
  try {
    read = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    throw errors.badRequest('invalid continue token: continue key is not valid');
  }
  if (read.v !== 'meta.k8s.io/v1')
    throw errors.badRequest(
      `invalid continue token: continue key is not valid: server does not recognize this encoded version ${read.v ?? ''}`,
    );
  return { version: read.rv ?? 0, start: read.start ?? '' };
}

/** The page's version is forgotten: the error carries a token with which the rest can be read as it is now. */
function expired(start: string, now: number) {
  const error = errors.gone(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  error.status.metadata = { continue: encodeContinue(now, start) };
  return error;
}

/** Selectors of a query, for a collection or for the one name of a path. */
export function selectors(
  query: URLSearchParams,
  namespace: string | undefined,
  name: string | undefined,
  kind: KindDefinition,
): ListOptions {
  const labelSelector = query.get('labelSelector') ?? '';
  const given = query.get('fieldSelector') ?? '';
  const fieldSelector = name === undefined || given !== '' ? given : `metadata.name=${name}`;
  return {
    ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
    ...(labelSelector === '' ? {} : { labelSelector }),
    ...(fieldSelector === '' ? {} : { fieldSelector }),
  };
}
