import type { KindDefinition } from '../kind.ts';
import { apiVersionOf } from '../registry.ts';
import type { Definition } from '../schema.ts';

type Json = Readonly<Record<string, unknown>>;
type Definitions = Readonly<Record<string, Definition>>;
type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string };

const V2 = '#/definitions/';
const V3 = '#/components/schemas/';

/** The answer to a path below /openapi; undefined for one that is not there. */
export function openapi(path: string, kinds: readonly KindDefinition[], definitions: Definitions): unknown {
  if (path === '/openapi/v2') return swagger(kinds, definitions);
  if (path === '/openapi/v3') return index(kinds, definitions);
  const group = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  if (group === null) return undefined;
  const [name = '', version] = [group[1], group[2]];
  const own = kinds.filter((kind) => kind.group === name && kind.version === version);
  return own.length === 0 ? undefined : document(own, definitions);
}

/** `/openapi/v3`: where the document of each group's version is. The hash changes with what is in it. */
function index(kinds: readonly KindDefinition[], definitions: Definitions): Json {
  const roots = [...new Set(kinds.map(rootPath))].sort();
  const size = Object.keys(definitions).length;
  return {
    paths: Object.fromEntries(
      roots.map((root) => {
        const own = kinds.filter((kind) => rootPath(kind) === root);
        const hash = fingerprint(`${root}${size}${own.map(({ plural }) => plural).join()}`);
        return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }];
      }),
    ),
  };
}

function rootPath(kind: KindDefinition): string {
  return kind.group === '' ? `api/${kind.version}` : `apis/${apiVersionOf(kind)}`;
}

/** An OpenAPI 3 document of the kinds of one group's version: what `kubectl explain` reads. */
function document(kinds: readonly KindDefinition[], definitions: Definitions): Json {
  const names = kinds.flatMap((kind) => definitionOf(kind, definitions) ?? []);
  const schemas = Object.fromEntries(
    [...reachable(names, definitions)].sort().map((name) => [name, schema3(definitions[name] ?? {})]),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.33.4' },
    paths: Object.assign({}, ...kinds.map((kind) => paths(kind, definitions, operation3))),
    components: { schemas },
  };
}

/** The OpenAPI 2 document of everything. */
function swagger(kinds: readonly KindDefinition[], definitions: Definitions): Json {
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.33.4' },
    paths: Object.assign({}, ...kinds.map((kind) => paths(kind, definitions, operation2))),
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [name, schema2(definition)]),
    ),
  };
}

function definitionOf(kind: GroupVersionKind, definitions: Definitions): string | undefined {
  for (const [name, definition] of Object.entries(definitions)) {
    const own = definition['x-kubernetes-group-version-kind'] as readonly GroupVersionKind[] | undefined;
    if (own?.some((each) => each.group === kind.group && each.version === kind.version && each.kind === kind.kind))
      return name;
  }
  return undefined;
}

function reachable(names: readonly string[], definitions: Definitions): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isJson(value)) {
      const { $ref } = value;
      if (typeof $ref === 'string') reach($ref.slice(V2.length));
      for (const item of Object.values(value)) visit(item);
    }
  };
  const reach = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    visit(definitions[name]);
  };
  for (const name of names) reach(name);
  return found;
}

/** A schema in the form of version 3, where a reference stands with nothing beside it. */
function schema3(schema: Json, inside = false): Json {
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref') {
      made['allOf'] = [{ $ref: String(value).replace(V2, V3) }];
      if (inside) made['default'] = {};
    } else if (key === 'properties' && isJson(value))
      made[key] = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, schema3(property as Json, true)]),
      );
    else if ((key === 'items' || key === 'additionalProperties') && isJson(value)) made[key] = schema3(value, true);
    else made[key] = value;
  }
  return made;
}

/** A schema in the form of version 2, which has no `oneOf`. */
function schema2(schema: Json): Json {
  if (schema['oneOf'] === undefined) return schema;
  const { oneOf: _, ...rest } = schema;
  return { ...rest, type: 'string' };
}

type Operation = (
  action: string,
  kind: GroupVersionKind,
  definition: string | undefined,
  parameters: readonly string[],
) => Json;

/** What the paths of a kind can be asked for. */
function paths(kind: KindDefinition, definitions: Definitions, operation: Operation): Json {
  const root = `/${rootPath(kind)}`;
  const base = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const name = definitionOf(kind, definitions);
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
  const make = (action: string, parameters: readonly string[]) => operation(action, gvk, name, parameters);
  const write = ['dryRun', 'fieldManager', 'fieldValidation'];
  const list = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion'];
  const listed = [...list, 'resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch'];
  const deletion = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];
  const whole = {
    get: make('get', []),
    put: make('put', write),
    patch: make('patch', [...write, 'force']),
  };
  const made: Record<string, Json> = {
    [base]: {
      get: make('list', listed),
      post: make('post', write),
      delete: make('deletecollection', [...listed, ...deletion]),
    },
    [`${base}/{name}`]: { ...whole, delete: make('delete', deletion) },
  };
  if (kind.namespaced) made[`${root}/${kind.plural}`] = { get: make('list', listed) };
  if (kind.subresources?.includes('status') === true) made[`${base}/{name}/status`] = whole;
  if (kind.subresources?.includes('scale') === true) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    made[`${base}/{name}/scale`] = {
      get: operation('get', scale, undefined, []),
      put: operation('put', scale, undefined, write),
      patch: operation('patch', scale, undefined, [...write, 'force']),
    };
  }
  return made;
}

const TYPES: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  limit: 'integer',
  orphanDependents: 'boolean',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
  watch: 'boolean',
};

function operation3(
  action: string,
  kind: GroupVersionKind,
  definition: string | undefined,
  parameters: readonly string[],
): Json {
  const content = definition === undefined ? {} : { schema: { $ref: `${V3}${definition}` } };
  const body = action === 'post' || action === 'put' ? { requestBody: { content: { '*/*': content } } } : {};
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
    parameters: parameters.map((name) => ({
      name,
      in: 'query',
      schema: { type: TYPES[name] ?? 'string', uniqueItems: true },
    })),
    ...body,
    responses: { 200: { description: 'OK', content: { 'application/json': content } } },
  };
}

function operation2(
  action: string,
  kind: GroupVersionKind,
  definition: string | undefined,
  parameters: readonly string[],
): Json {
  const schema = definition === undefined ? { type: 'object' } : { $ref: `${V2}${definition}` };
  const body = action === 'post' || action === 'put' ? [{ name: 'body', in: 'body', required: true, schema }] : [];
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
    parameters: [
      ...body,
      ...parameters.map((name) => ({ name, in: 'query', type: TYPES[name] ?? 'string', uniqueItems: true })),
    ],
    responses: { 200: { description: 'OK', schema } },
  };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A hash for URLs that may be cached for ever. */
function fingerprint(text: string): string {
  let out = '';
  for (let round = 0; round < 4; round++) {
    let hash = 0x811c9dc5 ^ round;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    out += (hash >>> 0).toString(16).padStart(8, '0').toUpperCase();
  }
  return out;
}
