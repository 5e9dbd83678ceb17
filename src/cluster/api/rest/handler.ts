import type { ApiRequest, ApiResponse, ApiStream } from '../client.ts';
import { errors } from '../errors.ts';
import type { KindDefinition } from '../kind.ts';
import type { ServerWriteOptions } from '../registry.ts';
import type { ApiServer } from '../server.ts';
import { byKey, type Shelf } from '../store.ts';
import { ApiError, type KubeObject } from '../types.ts';
import { type Form, negotiate } from './accept.ts';
import { listPage, selectors } from './collection.ts';
import { deletionOptions } from './delete-options.ts';
import { groupDiscovery, rootDiscovery, versionDiscovery } from './discovery.ts';
import { evict } from './evict.ts';
import { podLog } from './log.ts';
import { openapi } from './openapi.ts';
import { type OutputOptions, ordered, present, presentList } from './output.ts';
import { isTrue } from './query.ts';
import { review } from './reviews.ts';
import { bind, issueToken, readScale, writeScale } from './subresources.ts';
import { type GroupPath, groupPath, resolve, type Target } from './target.ts';
import { allowed, type User, userOf } from './user.ts';
import { VERSION } from './version.ts';
import { watchStream } from './watch.ts';
import { isPatchType, patchOptions, readBody, writeOptions } from './write-options.ts';

/** A request with everything that handling it needs. */
export interface Call {
  readonly request: ApiRequest;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly form: Form;
  warn(text: string): void;
}

/** The verbs of RBAC, by method. */
const VERBS = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/** Kinds whose deletion answers with the object rather than with a Status (ReturnDeletedObject). */
const RETURN_DELETED = new Set(['Pod', 'Service', 'ServiceAccount', 'PersistentVolumeClaim', 'PersistentVolume']);

/** The REST face of the API server: paths, verbs, content types, and what they answer. */
export class RestHandler {
  private readonly server: ApiServer;

  constructor(server: ApiServer) {
    this.server = server;
  }

  handle(request: ApiRequest): ApiResponse {
    const warnings: string[] = [];
    const warn = (text: string) => {
      if (!warnings.includes(text)) warnings.push(text);
    };
    try {
      const negotiated = negotiate(request.headers?.['accept']);
      // OpenAPI documents are JSON even for who would rather have them in protobuf.
      const form = negotiated ?? (request.path.startsWith('/openapi/v3') ? 'object' : undefined);
      if (form === undefined) throw NOT_ACCEPTABLE();
      const query = request.query ?? new URLSearchParams();
      const call: Call = { request, query, user: userOf(request), form, warn };
      return { ...this.route(call), warnings };
    } catch (error) {
      // A body nested so deep that nothing can walk over it; the real decoder has a limit for that.
      const refused =
        error instanceof RangeError
          ? errors.badRequest("couldn't get version/kind; json parse error: exceeded max depth")
          : error;
      if (!(refused instanceof ApiError)) throw error;
      return { code: refused.code, contentType: 'application/json', warnings, body: refused.status };
    }
  }

  private route(call: Call): Omit<ApiResponse, 'warnings'> {
    const { request, user } = call;
    const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
    const group = groupPath(path);
    if (group === undefined || group.parts.length === 0) {
      if (!allowed(user, { verb: VERBS[request.method], group: '', resource: '', path }))
        throw forbidden(
          `User ${JSON.stringify(user.name)} cannot ${VERBS[request.method]} path ${JSON.stringify(path)}`,
        );
      return this.plainPath(call, path, group);
    }
    const target = resolve(this.server, group);
    this.authorize(call, group, target);
    const virtual = target === undefined ? this.virtual(call, group) : undefined;
    if (virtual !== undefined) return virtual;
    if (target === undefined) {
      // A group that is served answers with a Status; what is no path at all with text.
      if (versionDiscovery(this.server.kinds, group.group, group.version) !== undefined) throw errors.noResource();
      return text(404, '404 page not found\n');
    }
    const { kind } = target.shelf;
    if (kind.deprecated !== undefined) call.warn(kind.deprecated);
    if (target.subresource !== undefined) return this.subresource(call, target, target.subresource);
    return target.name === undefined ? this.collection(call, target) : this.object(call, target, target.name);
  }

  private plainPath(call: Call, path: string, group: GroupPath | undefined): Omit<ApiResponse, 'warnings'> {
    const { kinds } = this.server;
    if (call.request.method !== 'GET') return text(405, 'Method Not Allowed\n');
    const one = /^\/(livez|readyz|healthz)(\/.*)?$/.exec(path);
    if (one !== null) return text(200, isTrue(call.query.get('verbose')) ? verboseHealth(one[1] ?? '') : 'ok');
    const named = /^\/apis\/([^/]+)$/.exec(path)?.[1];
    const body =
      path === '/version'
        ? VERSION
        : path === '/api' || path === '/apis'
          ? rootDiscovery(kinds, path === '/api', call.form)
          : path === '/'
            ? { paths: rootPaths(kinds) }
            : named !== undefined
              ? groupDiscovery(kinds, named)
              : group !== undefined
                ? versionDiscovery(kinds, group.group, group.version)
                : this.openapi(path);
    if (body === undefined) return text(404, '404 page not found\n');
    const aggregated = (path === '/api' || path === '/apis') && call.form.startsWith('discovery');
    return json(
      200,
      body,
      aggregated
        ? `application/json;g=apidiscovery.k8s.io;v=${call.form === 'discovery-v2' ? 'v2' : 'v2beta1'};as=APIGroupDiscoveryList`
        : 'application/json',
    );
  }

  private openapi(path: string): unknown {
    const definitions = this.server.schema?.definitions();
    return definitions === undefined ? undefined : openapi(path, this.server.kinds, definitions);
  }

  private authorize(call: Call, group: GroupPath, target: Target | undefined): void {
    const { user, request } = call;
    const parts = group.parts[0] === 'namespaces' && group.parts.length > 2 ? group.parts.slice(2) : group.parts;
    const resource = target?.shelf.kind.plural ?? parts[0] ?? '';
    const named = target?.name !== undefined || parts.length > 1;
    let verb: string = VERBS[request.method];
    if (!named && verb === 'get') verb = isTrue(call.query.get('watch')) ? 'watch' : 'list';
    if (!named && verb === 'delete') verb = 'deletecollection';
    if (allowed(user, { verb, group: group.group, resource })) return;
    const where =
      target?.namespace === undefined || target.namespace === ''
        ? ' at the cluster scope'
        : ` in the namespace ${JSON.stringify(target.namespace)}`;
    const full = target?.subresource === undefined ? resource : `${resource}/${target.subresource}`;
    throw errors.forbidden(
      { group: group.group, plural: resource, kind: '' },
      target?.name ?? '',
      `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group.group)}${where}`,
    );
  }

  private virtual(call: Call, group: GroupPath): Omit<ApiResponse, 'warnings'> | undefined {
    const resource = group.parts.at(-1) ?? '';
    if (call.request.method !== 'POST') return undefined;
    const namespace = group.parts[0] === 'namespaces' ? group.parts[1] : undefined;
    if (group.group === '' && resource === 'bindings' && namespace !== undefined) {
      const given = readBody(call.request);
      return json(201, bind(this.server, given.metadata?.name ?? '', namespace, given, writeOptions(call)));
    }
    if (!['authentication.k8s.io', 'authorization.k8s.io'].includes(group.group)) return undefined;
    const answer = review(resource, readBody(call.request), call.user, this.server.sim.timestamp());
    return answer === undefined ? undefined : json(201, answer);
  }

  private collection(call: Call, { shelf, namespace }: Target): Omit<ApiResponse, 'warnings'> {
    const { method } = call.request;
    const { kind } = shelf;
    if (method === 'GET') {
      const options = selectors(call.query, namespace, undefined, kind);
      if (isTrue(call.query.get('watch'))) return this.watching(call, shelf, options);
      const page = listPage(this.server, shelf, options, call.query);
      return json(200, presentList(page.objects, page.metadata, this.output(call, kind)));
    }
    if (method === 'POST') {
      const given = this.server.decode(kind, readBody(call.request), call);
      const options = writeOptions(call);
      const made = this.server.create(shelf, given, kind.namespaced ? (namespace ?? 'default') : undefined, options);
      return json(201, present(made, this.output(call, kind)));
    }
    if (method === 'DELETE') {
      const options = deletionOptions(call);
      const filter = selectors(call.query, namespace, undefined, kind);
      const objects = byKey(this.server.list(shelf, filter));
      const deleted = objects.map(
        (object) => this.server.delete(shelf, object.metadata?.name ?? '', object.metadata?.namespace, options).object,
      );
      return json(200, presentList(deleted, { resourceVersion: this.server.resourceVersion }, this.output(call, kind)));
    }
    throw METHOD_NOT_ALLOWED();
  }

  private object(call: Call, { shelf, namespace }: Target, name: string): Omit<ApiResponse, 'warnings'> {
    const { kind } = shelf;
    switch (call.request.method) {
      case 'GET': {
        if (isTrue(call.query.get('watch')))
          return this.watching(call, shelf, selectors(call.query, namespace, name, kind));
        return json(200, present(this.server.get(shelf, name, namespace), this.output(call, kind)));
      }
      case 'PUT': {
        const given = this.server.decode(kind, readBody(call.request), call);
        const existed = shelf.get(name, namespace ?? '') !== undefined;
        const made = this.server.update(shelf, given, name, namespace, writeOptions(call));
        return json(existed ? 200 : 201, present(made, this.output(call, kind)));
      }
      case 'PATCH':
        return this.patch(call, shelf, name, namespace, writeOptions(call));
      case 'DELETE':
        return this.deletion(call, shelf, name, namespace);
      default:
        throw METHOD_NOT_ALLOWED();
    }
  }

  private patch(
    call: Call,
    shelf: Shelf,
    name: string,
    namespace: string | undefined,
    options: ServerWriteOptions,
  ): Omit<ApiResponse, 'warnings'> {
    const type = patchOptions(call);
    if (!isPatchType(type)) throw UNSUPPORTED_PATCH();
    const { object, created } = this.server.patch(shelf, name, namespace, type, call.request.body, {
      ...options,
      force: isTrue(call.query.get('force')),
      validation: call.query.get('fieldValidation') ?? 'Warn',
    });
    return json(created ? 201 : 200, present(object, this.output(call, shelf.kind)));
  }

  private deletion(
    call: Call,
    shelf: Shelf,
    name: string,
    namespace: string | undefined,
  ): Omit<ApiResponse, 'warnings'> {
    const { kind } = shelf;
    const { object, gone } = this.server.delete(shelf, name, namespace, deletionOptions(call));
    if (!gone || RETURN_DELETED.has(kind.kind)) return json(200, present(object, this.output(call, kind)));
    return json(200, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name,
        ...(kind.group === '' ? {} : { group: kind.group }),
        kind: kind.plural,
        uid: object.metadata?.uid,
      },
    });
  }

  private subresource(call: Call, target: Target, subresource: string): Omit<ApiResponse, 'warnings'> {
    const { shelf, namespace, name = '' } = target;
    const { kind } = shelf;
    const { method } = call.request;
    if (kind.subresources?.includes(subresource) !== true) throw errors.noResource();
    const options = { ...writeOptions(call), subresource };
    if (subresource === 'scale') {
      if (method === 'GET') return json(200, readScale(kind, this.server.get(shelf, name, namespace)));
      if (method === 'PUT' || method === 'PATCH')
        return json(200, writeScale(this.server, shelf, name, namespace, call, options));
      throw METHOD_NOT_ALLOWED();
    }
    if (subresource === 'log' && method === 'GET') return podLog(this.server, name, namespace ?? '', call);
    if (method === 'POST') {
      const given = () => readBody(call.request);
      if (subresource === 'binding') return json(201, bind(this.server, name, namespace ?? '', given(), options));
      if (subresource === 'eviction') return json(201, evict(this.server, shelf, name, namespace, given(), options));
      if (subresource === 'token')
        return json(201, issueToken(this.server, this.server.get(shelf, name, namespace), given()));
    }
    if (['exec', 'attach', 'portforward', 'proxy'].includes(subresource)) {
      this.server.get(shelf, name, namespace);
      throw errors.badRequest('Upgrade request required');
    }
    if (method === 'GET') return json(200, present(this.server.get(shelf, name, namespace), this.output(call, kind)));
    if (method === 'PUT') {
      const decoded = this.server.decode(kind, readBody(call.request), call);
      return json(200, present(this.server.update(shelf, decoded, name, namespace, options), this.output(call, kind)));
    }
    if (method === 'PATCH') return this.patch(call, shelf, name, namespace, options);
    throw METHOD_NOT_ALLOWED();
  }

  private watching(call: Call, shelf: Shelf, options: ReturnType<typeof selectors>): Omit<ApiResponse, 'warnings'> {
    const stream: ApiStream = watchStream(this.server, shelf, options, call.query, this.output(call, shelf.kind));
    const watch = call.form === 'table' ? ';as=Table;v=v1;g=meta.k8s.io' : '';
    return { code: 200, contentType: `application/json${watch}`, body: undefined, stream };
  }

  private output(call: Call, kind: KindDefinition): OutputOptions {
    return {
      kind,
      form: call.form,
      include: call.query.get('includeObject') ?? 'Metadata',
      now: this.server.sim.calendar(),
      complete: (object) => this.server.complete(kind, object),
    };
  }
}

/** A JSON answer. */
export function json(code: number, body: unknown, contentType = 'application/json'): Omit<ApiResponse, 'warnings'> {
  return { code, contentType, body: isObject(body) ? ordered(body) : body };
}

export function text(code: number, body: string): Omit<ApiResponse, 'warnings'> {
  return { code, contentType: 'text/plain; charset=utf-8', body };
}

function isObject(body: unknown): body is KubeObject {
  return (
    typeof body === 'object' &&
    body !== null &&
    'kind' in body &&
    'apiVersion' in body &&
    'uid' in ((body as KubeObject).metadata ?? {})
  );
}

function forbidden(why: string): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `forbidden: ${why}`,
    reason: 'Forbidden',
    details: {},
    code: 403,
  });
}

const METHOD_NOT_ALLOWED = () =>
  errors.methodNotAllowed('the server does not allow this method on the requested resource');
const UNSUPPORTED_PATCH = () =>
  errors.unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
  );
const NOT_ACCEPTABLE = () => {
  const error = errors.badRequest(
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
  error.status.code = 406;
  error.status.reason = 'NotAcceptable';
  return error;
};

const CHECKS = [
  'ping',
  'log',
  'etcd',
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/bootstrap-controller',
  'autoregister-completion',
];

function verboseHealth(name: string): string {
  return `${CHECKS.map((check) => `[+]${check} ok\n`).join('')}${name} check passed\n`;
}

function rootPaths(kinds: readonly KindDefinition[]): string[] {
  const groups = [...new Set(kinds.filter(({ group }) => group !== '').map(({ group }) => group))].sort();
  const versions = kinds.filter(({ group }) => group !== '').map(({ group, version }) => `/apis/${group}/${version}`);
  return [
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...[...groups.map((group) => `/apis/${group}`), ...new Set(versions)].sort(),
    '/healthz',
    '/livez',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/version',
  ];
}
