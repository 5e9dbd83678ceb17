import type { ApiRequest, ApiResponse, ApiStream, DeleteOptions } from './client.ts';
import { aggregated, coreVersions, groupList, resourceList, VERSION } from './discovery.ts';
import { errors } from './errors.ts';
import type { KindDefinition } from './kind.ts';
import type { NodeConnector } from './nodes.ts';
import { type ApiServer, apiVersionOf, filtered, type ServerWriteOptions } from './server.ts';
import type { Shelf } from './store.ts';
import { ApiError, clone, type KubeObject, type PatchType, type Status } from './types.ts';

const JSON_TYPE = 'application/json';
const DISCOVERY_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Target {
  readonly shelf: Shelf;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** OpenAPI documents by path, loaded on demand by whoever has them. */
export interface Documents {
  openapi(path: string): unknown;
}

/**
 * The API in HTTP's terms: paths, verbs, content types, as kube-apiserver serves them. Every client but the cluster's own
 * components comes this way; answers hold stored objects, which must not be changed.
 */
export class Rest {
  private readonly server: ApiServer;
  private readonly connector: NodeConnector;
  private readonly documents: Documents | undefined;

  constructor(server: ApiServer, connector: NodeConnector, documents?: Documents) {
    this.server = server;
    this.connector = connector;
    this.documents = documents;
  }

  handle(request: ApiRequest): ApiResponse {
    const warnings: string[] = [];
    try {
      return this.answer(request, warnings);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { code: error.code, contentType: JSON_TYPE, warnings, body: error.status };
    }
  }

  /** Which pod a path with exec or attach names. Undefined for another path. */
  podOf(path: string): { namespace: string; pod: string; subresource: string } | undefined {
    const match = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(\w+)$/.exec(path);
    return match === null ? undefined : { namespace: match[1] ?? '', pod: match[2] ?? '', subresource: match[3] ?? '' };
  }

  private answer(request: ApiRequest, warnings: string[]): ApiResponse {
    const { path, method } = request;
    const accept = request.headers?.['accept'] ?? '';
    const ok = (body: unknown, code = 200, contentType = JSON_TYPE): ApiResponse => ({
      code,
      contentType,
      warnings,
      body,
    });
    const fixed = this.fixed(path, accept, ok);
    if (fixed !== undefined) return fixed;
    const review = method === 'POST' ? this.review(path, request.body) : undefined;
    if (review !== undefined) return ok(review, 201);
    const target = this.target(path);
    const { shelf, namespace, name, subresource } = target;
    const query = request.query ?? new URLSearchParams();
    const dryRun = query.getAll('dryRun').includes('All');
    const fieldManager = query.get('fieldManager') ?? undefined;
    const options: ServerWriteOptions = {
      dryRun,
      ...(fieldManager === undefined ? {} : { fieldManager }),
      warn: (text) => {
        if (!warnings.includes(text)) warnings.push(text);
      },
    };
    if (subresource !== undefined) return this.sub(target, subresource, request, query, options, ok);
    if (name === undefined) {
      switch (method) {
        case 'GET':
          if (query.get('watch') === 'true' || query.get('watch') === '1')
            return this.watch(target, query, accept, warnings);
          return ok(this.list(target, query, accept, options));
        case 'POST': {
          const made = this.server.create(shelf, this.decoded(shelf, request.body, query), namespace, options);
          return ok(this.shown(shelf, made, accept, query), 201);
        }
        case 'DELETE': {
          const found = this.server.list(shelf, selection(query, namespace));
          for (const object of found)
            this.server.delete(
              shelf,
              object.metadata?.name ?? '',
              object.metadata?.namespace,
              deleteOptions(request.body, query),
            );
          return ok(listOf(shelf.kind, found, this.server.resourceVersion));
        }
        default:
          throw errors.methodNotAllowed('the server does not allow this method on the requested resource');
      }
    }
    switch (method) {
      case 'GET': {
        const object = this.server.get(shelf, name, namespace);
        for (const text of shelf.kind.kind === 'Endpoints' ? (shelf.kind.warnings?.(object, object) ?? []) : [])
          options.warn?.(text);
        return ok(this.shown(shelf, object, accept, query));
      }
      case 'PUT':
        return ok(
          this.shown(
            shelf,
            this.server.update(shelf, this.decoded(shelf, request.body, query), name, namespace, options),
            accept,
            query,
          ),
        );
      case 'PATCH':
        return this.patch(target, request, query, options, undefined, ok, accept);
      case 'DELETE': {
        const { object, gone } = this.server.delete(shelf, name, namespace, {
          ...deleteOptions(request.body, query),
          dryRun,
        });
        if (!gone || shelf.kind.kind === 'Pod') return ok(this.shown(shelf, object, accept, query));
        const status: Status = {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details: {
            name,
            ...(shelf.kind.group === '' ? {} : { group: shelf.kind.group }),
            kind: shelf.kind.plural,
            uid: object.metadata?.uid ?? '',
          },
        };
        return ok(status);
      }
      default:
        throw errors.methodNotAllowed('the server does not allow this method on the requested resource');
    }
  }

  private fixed(
    path: string,
    accept: string,
    ok: (body: unknown, code?: number, type?: string) => ApiResponse,
  ): ApiResponse | undefined {
    const { kinds } = this.server;
    switch (path) {
      case '/version':
        return ok(VERSION);
      case '/healthz':
      case '/livez':
      case '/readyz':
        return ok('ok', 200, 'text/plain; charset=utf-8');
      case '/api':
        return accept.includes('APIGroupDiscoveryList')
          ? ok(aggregated(kinds, true), 200, DISCOVERY_TYPE)
          : ok(coreVersions('10.240.0.2:443'));
      case '/apis':
        return accept.includes('APIGroupDiscoveryList')
          ? ok(aggregated(kinds, false), 200, DISCOVERY_TYPE)
          : ok(groupList(kinds));
      default:
        break;
    }
    if (path.startsWith('/openapi/')) {
      const document = this.documents?.openapi(path);
      if (document === undefined) throw errors.noResource();
      return ok(document);
    }
    const group = /^\/apis\/([^/]+)\/([^/]+)$/.exec(path);
    const list =
      path === '/api/v1'
        ? resourceList(kinds, '', 'v1')
        : group === null
          ? undefined
          : resourceList(kinds, group[1] ?? '', group[2] ?? '');
    return list === undefined ? undefined : ok(list);
  }

  private target(path: string): Target {
    const match = /^(?:\/api\/(v1)|\/apis\/([^/]+)\/([^/]+))(.*)$/.exec(path);
    if (match === null) throw errors.noResource();
    const group = match[2] ?? '';
    const parts = (match[4] ?? '')
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    let namespace: string | undefined;
    if (
      parts[0] === 'namespaces' &&
      parts.length > 2 &&
      !(parts.length === 3 && ['status', 'finalize'].includes(parts[2] ?? ''))
    ) {
      namespace = parts[1];
      parts.splice(0, 2);
    }
    const [plural = '', name, ...rest] = parts;
    const shelf = this.server.shelf(plural, group);
    if (shelf.kind.version !== (match[3] ?? match[1])) throw errors.noResource();
    return { shelf, namespace, name, subresource: rest.length === 0 ? undefined : rest.join('/') };
  }

  private sub(
    target: Target,
    subresource: string,
    request: ApiRequest,
    query: URLSearchParams,
    options: ServerWriteOptions,
    ok: (body: unknown, code?: number, type?: string) => ApiResponse,
  ): ApiResponse {
    const { shelf, namespace, name = '' } = target;
    const accept = request.headers?.['accept'] ?? '';
    switch (subresource) {
      case 'status':
        if (request.method === 'GET')
          return ok(this.shown(shelf, this.server.get(shelf, name, namespace), accept, query));
        if (request.method === 'PATCH') return this.patch(target, request, query, options, 'status', ok, accept);
        return ok(
          this.server.update(shelf, request.body as KubeObject, name, namespace, { ...options, subresource: 'status' }),
        );
      case 'scale':
        return ok(this.scale(target, request, options));
      case 'log':
        return this.log(target, query, ok);
      case 'binding': {
        const node = (request.body as { target?: { name?: string } } | undefined)?.target?.name ?? '';
        this.server.patch(
          shelf,
          name,
          namespace,
          'application/merge-patch+json',
          { spec: { nodeName: node } },
          { subresource: 'binding' },
        );
        return ok(success(), 201);
      }
      case 'eviction':
        this.server.delete(
          shelf,
          name,
          namespace,
          deleteOptions((request.body as { deleteOptions?: unknown } | undefined)?.deleteOptions, query),
        );
        return ok(success(), 201);
      case 'token':
        return ok(
          {
            kind: 'TokenRequest',
            apiVersion: 'authentication.k8s.io/v1',
            status: {
              token: 'eyJhbGciOiJSUzI1NiJ9.c2ltdWxhdGVk.c2ltdWxhdGVk',
              expirationTimestamp: this.server.sim.timestamp(),
            },
          },
          201,
        );
      case 'finalize':
        return ok(
          this.server.update(shelf, request.body as KubeObject, name, undefined, {
            ...options,
            subresource: 'finalize',
          }),
        );
      default:
        throw errors.noResource();
    }
  }

  private scale({ shelf, namespace, name = '' }: Target, request: ApiRequest, options: ServerWriteOptions): unknown {
    const { scale } = shelf.kind;
    if (scale === undefined) throw errors.noResource();
    const object = this.server.get(shelf, name, namespace);
    const show = (each: KubeObject) => {
      const { spec, status, selector } = scale.read(each);
      const { name: own, namespace: space, uid, resourceVersion, creationTimestamp } = each.metadata ?? {};
      return {
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        metadata: { name: own, namespace: space, uid, resourceVersion, creationTimestamp },
        spec: { replicas: spec },
        status: { replicas: status, selector },
      };
    };
    if (request.method === 'GET') return show(object);
    const body = request.body as { spec?: { replicas?: number }; metadata?: { resourceVersion?: string } } | undefined;
    const replicas = body?.spec?.replicas ?? 0;
    const given = body?.metadata?.resourceVersion;
    if (given !== undefined && given !== '' && given !== object.metadata?.resourceVersion)
      throw errors.conflict(
        shelf.kind,
        name,
        'the object has been modified; please apply your changes to the latest version and try again',
      );
    if (replicas < 0)
      throw errors.invalid({ ...shelf.kind, kind: 'Scale', group: 'autoscaling' }, name, [
        {
          type: 'Invalid value',
          field: 'spec.replicas',
          value: replicas,
          detail: 'must be greater than or equal to 0',
        },
      ]);
    const changed = clone(object);
    scale.write(changed, replicas);
    return show(this.server.update(shelf, changed, name, namespace, options));
  }

  private patch(
    target: Target,
    request: ApiRequest,
    query: URLSearchParams,
    options: ServerWriteOptions,
    subresource: string | undefined,
    ok: (body: unknown, code?: number) => ApiResponse,
    accept: string,
  ): ApiResponse {
    const { shelf, namespace, name = '' } = target;
    const type = (request.headers?.['content-type'] ?? '').split(';')[0] as PatchType;
    const extra = subresource === undefined ? {} : { subresource };
    if (type === 'application/apply-patch+yaml') {
      const there = shelf.get(name, shelf.kind.namespaced ? (namespace ?? '') : '');
      const body = this.decoded(shelf, request.body, query);
      if (there === undefined)
        return ok(
          this.shown(
            shelf,
            this.server.create(shelf, { ...body, metadata: { ...body.metadata, name } }, namespace, options),
            accept,
            query,
          ),
          201,
        );
      return ok(
        this.shown(
          shelf,
          this.server.patch(shelf, name, namespace, 'application/strategic-merge-patch+json', withoutVersion(body), {
            ...options,
            ...extra,
          }),
          accept,
          query,
        ),
      );
    }
    if (
      ![
        'application/json-patch+json',
        'application/merge-patch+json',
        'application/strategic-merge-patch+json',
      ].includes(type)
    )
      throw errors.unsupportedMediaType(
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml, application/strategic-merge-patch+json`,
      );
    return ok(
      this.shown(
        shelf,
        this.server.patch(shelf, name, namespace, type, request.body, { ...options, ...extra }),
        accept,
        query,
      ),
    );
  }

  private decoded(shelf: Shelf, body: unknown, query: URLSearchParams): KubeObject {
    const { kind } = shelf;
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw errors.badRequest(
        `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal`,
      );
    const object = body as KubeObject;
    if (object.kind !== undefined && object.kind !== kind.kind)
      throw errors.badRequest(
        `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error`,
      );
    if (object.apiVersion !== undefined && object.apiVersion !== apiVersionOf(kind))
      throw errors.badRequest(
        `${kind.kind} in version "${object.apiVersion}" cannot be handled as a ${kind.kind}: no kind "${kind.kind}" is registered for version "${object.apiVersion}"`,
      );
    return (
      this.server.decode?.(kind, object, (query.get('fieldValidation') ?? 'Warn') as 'Ignore' | 'Warn' | 'Strict') ??
      object
    );
  }

  private list(
    { shelf, namespace }: Target,
    query: URLSearchParams,
    accept: string,
    options: ServerWriteOptions,
  ): unknown {
    const found = this.server.list(shelf, selection(query, namespace)).sort(byKey);
    if (shelf.kind.kind === 'Endpoints')
      for (const text of shelf.kind.warnings?.({}, undefined) ?? []) options.warn?.(text);
    const limit = Number(query.get('limit') ?? 0);
    const start = Number(/^from-(\d+)$/.exec(query.get('continue') ?? '')?.[1] ?? 0);
    const page = limit > 0 ? found.slice(start, start + limit) : found.slice(start);
    const left = found.length - start - page.length;
    const more = left > 0 ? { continue: `from-${start + page.length}`, remainingItemCount: left } : {};
    if (accept.includes('as=Table'))
      return { ...this.table(shelf, page, query), metadata: { resourceVersion: this.server.resourceVersion, ...more } };
    const list = listOf(shelf.kind, page, this.server.resourceVersion);
    return { ...list, metadata: { ...list.metadata, ...more } };
  }

  private shown(shelf: Shelf, object: KubeObject, accept: string, query: URLSearchParams): unknown {
    if (!accept.includes('as=Table')) return object;
    return {
      ...this.table(shelf, [object], query),
      metadata: { resourceVersion: object.metadata?.resourceVersion ?? '' },
    };
  }

  private table(
    shelf: Shelf,
    objects: readonly KubeObject[],
    query: URLSearchParams,
    header = true,
  ): { metadata?: unknown } {
    const { columns } = shelf.kind;
    const include = query.get('includeObject') ?? 'Metadata';
    const now = this.server.sim.calendar();
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: {},
      columnDefinitions: header
        ? columns.map((column) => ({
            name: column.name,
            type: column.type,
            format: column.format ?? '',
            description: column.description,
            priority: column.priority,
          }))
        : null,
      rows: objects.map((object) => ({
        cells: shelf.kind.row(object, now),
        object:
          include === 'None'
            ? null
            : include === 'Object'
              ? object
              : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
      })),
    } as { metadata?: unknown };
  }

  private watch(
    { shelf, namespace, name }: Target,
    query: URLSearchParams,
    accept: string,
    warnings: readonly string[],
  ): ApiResponse {
    const options = selection(query, namespace);
    if (name !== undefined) options.fieldSelector = `metadata.name=${name}`;
    const fits = this.server.filter(shelf, options);
    const asTable = accept.includes('as=Table');
    const from = query.get('resourceVersion') ?? '';
    const { server } = this;
    const timeout = Number(query.get('timeoutSeconds') ?? 0);
    let first = true;
    const show = (object: KubeObject) => {
      if (!asTable) return object;
      const table = this.table(shelf, [object], query, first);
      first = false;
      return { ...table, metadata: { resourceVersion: object.metadata?.resourceVersion ?? '' } };
    };
    const version = from === '' || from === '0' ? undefined : Number(from);
    const missed = version === undefined ? undefined : shelf.since(version);
    if (version !== undefined && missed === undefined)
      throw errors.gone(`too old resource version: ${version} (${shelf.forgotten})`);
    const stream: ApiStream = {
      subscribe(onItem, onEnd) {
        if (missed === undefined)
          for (const object of server.list(shelf, options).sort(byKey)) onItem({ type: 'ADDED', object: show(object) });
        else
          for (const change of missed) {
            const event = filtered({ type: change.type, object: change.object }, change.previous, fits);
            if (event !== undefined) onItem({ type: event.type, object: show(event.object as KubeObject) });
          }
        const stop = shelf.subscribe((change, previous) => {
          const event = filtered(change, previous, fits);
          if (event !== undefined) onItem({ type: event.type, object: show(event.object as KubeObject) });
        });
        const timer =
          timeout > 0
            ? server.sim.schedule(timeout * 1000, () => {
                stop();
                onEnd();
              })
            : undefined;
        return () => {
          timer?.cancel();
          stop();
        };
      },
    };
    return { code: 200, contentType: JSON_TYPE, warnings, body: undefined, stream };
  }

  private log(
    { namespace = 'default', name = '' }: Target,
    query: URLSearchParams,
    ok: (body: unknown, code?: number, type?: string) => ApiResponse,
  ): ApiResponse {
    const pod = this.server.get(this.server.shelf('pods'), name, namespace) as KubeObject & {
      spec?: { containers: { name: string }[]; initContainers?: { name: string }[] };
    };
    const names = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].map((each) => each.name);
    const wanted = query.get('container') ?? '';
    if (wanted === '' && (pod.spec?.containers.length ?? 0) > 1)
      throw errors.badRequest(
        `a container name must be specified for pod ${name}, choose one of: [${(pod.spec?.containers ?? []).map((each) => each.name).join(' ')}]`,
      );
    const container = wanted === '' ? (names[0] ?? '') : wanted;
    if (!names.includes(container)) throw errors.badRequest(`container ${container} is not valid for pod ${name}`);
    const number = (key: string) => (query.get(key) === null ? undefined : Number(query.get(key)));
    const tailLines = number('tailLines');
    const sinceSeconds = number('sinceSeconds');
    const limitBytes = number('limitBytes');
    const result = this.connector.logs(namespace, name, {
      container,
      follow: query.get('follow') === 'true',
      previous: query.get('previous') === 'true',
      timestamps: query.get('timestamps') === 'true',
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
      ...(limitBytes === undefined ? {} : { limitBytes }),
    });
    if ('error' in result) throw errors.badRequest(result.error);
    if ('text' in result) return ok(result.text, 200, 'text/plain');
    return { code: 200, contentType: 'text/plain', warnings: [], body: undefined, stream: result.stream };
  }

  /** Who am I, and may I: the learner is the cluster's administrator. */
  private review(path: string, body: unknown): unknown {
    const object = body as KubeObject;
    if (path.endsWith('/selfsubjectaccessreviews'))
      return {
        ...object,
        status: {
          allowed: true,
          reason:
            'RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"',
        },
      };
    if (path.endsWith('/selfsubjectreviews'))
      return {
        ...object,
        status: { userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] } },
      };
    if (path.endsWith('/selfsubjectrulesreviews'))
      return {
        ...object,
        status: {
          incomplete: false,
          nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
          resourceRules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
        },
      };
    return undefined;
  }
}

function success(): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, managedFields: __, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}

function byKey(a: KubeObject, b: KubeObject): number {
  const [x, y] = [
    `${a.metadata?.namespace ?? ''}/${a.metadata?.name ?? ''}`,
    `${b.metadata?.namespace ?? ''}/${b.metadata?.name ?? ''}`,
  ];
  return x < y ? -1 : x > y ? 1 : 0;
}

function selection(
  query: URLSearchParams,
  namespace: string | undefined,
): { namespace?: string; labelSelector?: string; fieldSelector?: string } {
  const labelSelector = query.get('labelSelector');
  const fieldSelector = query.get('fieldSelector');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === null || labelSelector === '' ? {} : { labelSelector }),
    ...(fieldSelector === null || fieldSelector === '' ? {} : { fieldSelector }),
  };
}

function deleteOptions(body: unknown, query: URLSearchParams): DeleteOptions {
  const given = (typeof body === 'object' && body !== null ? body : {}) as {
    gracePeriodSeconds?: number;
    propagationPolicy?: DeleteOptions['propagationPolicy'];
    preconditions?: { uid?: string; resourceVersion?: string };
    orphanDependents?: boolean;
  };
  const grace =
    given.gracePeriodSeconds ??
    (query.get('gracePeriodSeconds') === null ? undefined : Number(query.get('gracePeriodSeconds')));
  const policy =
    given.propagationPolicy ??
    (query.get('propagationPolicy') as DeleteOptions['propagationPolicy'] | null) ??
    undefined;
  return {
    ...(grace === undefined || grace === null ? {} : { gracePeriodSeconds: grace }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(given.preconditions === undefined ? {} : { preconditions: given.preconditions }),
  };
}

function listOf(kind: KindDefinition, items: readonly KubeObject[], resourceVersion: string) {
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion },
    items: items.map(({ kind: _, apiVersion: __, ...rest }) => rest),
  };
}
