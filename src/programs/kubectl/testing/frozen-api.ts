import type { ApiRequest, ApiResponse } from '../../../cluster/api/client.ts';
import { parseFieldSelector, parseLabelSelector } from '../../../cluster/api/selectors.ts';
import { ApiError, type KubeObject, type Status } from '../../../cluster/api/types.ts';
import type { ExecSession } from '../../../cluster/kubelet/runtime.ts';
import { KINDS } from '../../../cluster/resources/index.ts';
import { type Routine, sleep } from '../../../sim/routine.ts';
import type { KubeApi } from '../api.ts';

/** A resource that the frozen server serves, beyond what the cluster simulates. */
export interface FrozenKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly string[];
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/**
 * A read-only Kubernetes API over a fixed set of objects, any fields in any state: what cannot (yet) be brought about in
 * the simulated cluster can still be printed and compared with the real kubectl.
 */
export class FrozenApi implements KubeApi {
  readonly server: string;
  private readonly kinds: readonly FrozenKind[];
  private readonly objects: readonly KubeObject[];
  private readonly now: number;

  /** `now`: calendar time in ms, for the ages in Tables. */
  constructor(
    objects: readonly KubeObject[],
    now: number,
    more: readonly FrozenKind[] = [],
    server = 'http://127.0.0.1:8001',
  ) {
    this.objects = objects;
    this.now = now;
    this.server = server;
    this.kinds = [...KINDS, ...more];
  }

  *request(request: ApiRequest): Routine<ApiResponse> {
    yield* sleep(0);
    return this.handle(request);
  }

  *connect(): Routine<ExecSession | { readonly error: string }> {
    yield* sleep(0);
    return { error: 'a frozen cluster runs nothing' };
  }

  handle(request: ApiRequest): ApiResponse {
    try {
      return this.answer(request);
    } catch (error) {
      if (error instanceof ApiError) return json(error.code, error.status);
      throw error;
    }
  }

  private answer(request: ApiRequest): ApiResponse {
    const path = decodeURIComponent(request.path);
    const accept = request.headers?.['accept'] ?? '';
    if (path === '/version') return json(200, { major: '1', minor: '33', gitVersion: 'v1.33.4' });
    if (path === '/api' || path === '/apis') return json(200, this.discovery(path === '/api'), DISCOVERY);
    if (request.method !== 'GET')
      throw failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
    const match =
      /^(?:\/api\/(?<core>v1)|\/apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?$/.exec(
        path,
      )?.groups;
    const kind = this.kinds.find(
      (one) =>
        one.plural === match?.['plural'] &&
        one.group === (match?.['group'] ?? '') &&
        one.version === (match?.['version'] ?? match?.['core']),
    );
    if (match === undefined || kind === undefined)
      throw failure(404, 'NotFound', 'the server could not find the requested resource');
    const { namespace, name } = match;
    const found = this.objects.filter((object) => {
      const [group, version] = split(object.apiVersion ?? '');
      return (
        object.kind === kind.kind &&
        group === kind.group &&
        version === kind.version &&
        (namespace === undefined || object.metadata?.namespace === namespace)
      );
    });
    const asTable = accept.includes('as=Table');
    const whole = request.query?.get('includeObject') === 'Object';
    if (name !== undefined) {
      const object = found.find(({ metadata }) => metadata?.name === name);
      if (object === undefined)
        throw failure(
          404,
          'NotFound',
          `${kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`} "${name}" not found`,
          {
            name,
            kind: kind.plural,
            ...(kind.group === '' ? {} : { group: kind.group }),
          },
        );
      return json(200, asTable ? this.table(kind, [object], object.metadata?.resourceVersion ?? '', whole) : object);
    }
    const selected = this.select(found, request.query ?? new URLSearchParams());
    if (asTable) return json(200, this.table(kind, selected, '5000', whole));
    return json(200, {
      kind: `${kind.kind}List`,
      apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
      metadata: { resourceVersion: '5000' },
      items: selected.map(({ kind: _, apiVersion: __, ...rest }) => rest),
    });
  }

  private select(objects: readonly KubeObject[], query: URLSearchParams): KubeObject[] {
    const labels = parseLabelSelector(query.get('labelSelector') ?? '');
    const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
    return objects.filter(
      (object) =>
        labels.matches(object.metadata?.labels) &&
        fields.every(({ field, equal, value }) => {
          let at: unknown = object;
          for (const part of field.split('.')) at = (at as Record<string, unknown> | undefined)?.[part];
          return (String(at ?? '') === value) === equal;
        }),
    );
  }

  private table(kind: FrozenKind, objects: readonly KubeObject[], resourceVersion: string, whole: boolean): unknown {
    const definition = KINDS.find((one) => one.kind === kind.kind && one.group === kind.group);
    const columns = definition?.columns ?? [
      { name: 'Name', type: 'string', format: 'name', description: 'Name', priority: 0 },
      { name: 'Created At', type: 'date', description: 'Created', priority: 0 },
    ];
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion },
      columnDefinitions: columns.map((column) => ({ format: '', ...column })),
      rows: objects.map((object) => ({
        cells: definition?.row(object, this.now) ?? [object.metadata?.name, object.metadata?.creationTimestamp],
        object: whole
          ? object
          : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
      })),
    };
  }

  private discovery(core: boolean): unknown {
    const groups = new Map<string, Map<string, FrozenKind[]>>();
    for (const kind of this.kinds) {
      if ((kind.group === '') !== core) continue;
      const versions = groups.get(kind.group) ?? new Map<string, FrozenKind[]>();
      groups.set(kind.group, versions);
      versions.set(kind.version, [...(versions.get(kind.version) ?? []), kind]);
    }
    return {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: [...groups].map(([name, versions]) => ({
        metadata: name === '' ? {} : { name },
        versions: [...versions].map(([version, kinds]) => ({
          version,
          freshness: 'Current',
          resources: kinds.map((kind) => ({
            resource: kind.plural,
            responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
            scope: kind.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: kind.singular,
            verbs: kind.verbs ?? VERBS,
            ...(kind.shortNames === undefined ? {} : { shortNames: kind.shortNames }),
            ...(kind.categories === undefined ? {} : { categories: kind.categories }),
          })),
        })),
      })),
    };
  }
}

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function split(apiVersion: string): [group: string, version: string] {
  const at = apiVersion.indexOf('/');
  return at < 0 ? ['', apiVersion] : [apiVersion.slice(0, at), apiVersion.slice(at + 1)];
}

function json(code: number, body: unknown, contentType = 'application/json'): ApiResponse {
  return { code, contentType, warnings: [], body };
}

function failure(code: number, reason: string, message: string, details: Status['details'] = {}): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    details,
    code,
  });
}
