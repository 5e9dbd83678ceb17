import { errors } from '../errors.ts';
import type { FieldError, KindDefinition } from '../kind.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import type { ServerWriteOptions } from '../registry.ts';
import type { ApiServer } from '../server.ts';
import type { Shelf } from '../store.ts';
import { clone, type KubeObject } from '../types.ts';
import type { Call } from './handler.ts';
import { patchOptions, readBody } from './write-options.ts';

/** autoscaling/v1 Scale of an object. @throws ApiError NotFound for kinds that have none */
export function readScale(kind: KindDefinition, object: KubeObject): KubeObject {
  if (kind.scale === undefined) throw errors.noResource();
  const { spec, status, selector } = kind.scale.read(object);
  const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata ?? {};
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec === 0 ? {} : { replicas: spec },
    status: { replicas: status, ...(selector === '' ? {} : { selector }) },
  };
}

/** PUT and PATCH of the scale subresource. */
export function writeScale(
  server: ApiServer,
  shelf: Shelf,
  name: string,
  namespace: string | undefined,
  call: Call,
  options: ServerWriteOptions,
): KubeObject {
  const { kind } = shelf;
  const old = server.get(shelf, name, namespace);
  const before = readScale(kind, old);
  let scale: KubeObject;
  if (call.request.method === 'PUT') scale = readBody(call.request);
  else {
    const type = patchOptions(call);
    const { body } = call.request;
    // A scale has no lists to merge, so a strategic merge is a merge, and so is an apply.
    scale = (type === 'application/json-patch+json' ? jsonPatch(before, body) : mergePatch(before, body)) as KubeObject;
  }
  const own = scale.metadata?.name ?? '';
  if (own !== name)
    throw errors.badRequest(
      own === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${own}) does not match the name on the URL (${name})`,
    );
  const replicas = (scale['spec'] as { replicas?: unknown } | undefined)?.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw errors.badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas === 'number' ? `number ${replicas}` : typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  const problems: FieldError[] =
    replicas < 0
      ? [
          {
            type: 'Invalid value',
            field: 'spec.replicas',
            value: replicas,
            detail: 'must be greater than or equal to 0',
          },
        ]
      : [];
  if (problems.length > 0)
    throw errors.invalid({ group: 'autoscaling', plural: 'scales', kind: 'Scale' }, name, problems);
  const wanted = scale.metadata?.resourceVersion ?? '';
  if (wanted !== '' && wanted !== old.metadata?.resourceVersion)
    throw errors.conflict(
      kind,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  const object = { ...old, spec: clone(old['spec']) };
  kind.scale?.write(object, replicas);
  return readScale(kind, server.update(shelf, object, name, namespace, { ...options, subresource: 'scale' }));
}

/** pods/NAME/binding: puts a pod on a node, as the scheduler does. */
export function bind(
  server: ApiServer,
  name: string,
  namespace: string,
  given: KubeObject,
  options: ServerWriteOptions,
): unknown {
  const pods = server.shelf('pods');
  const pod = server.get(pods, name, namespace);
  const target = given['target'] as { kind?: string; name?: string } | undefined;
  const problems: FieldError[] = [];
  if (target?.kind !== undefined && target.kind !== '' && target.kind !== 'Node' && target.kind !== 'Minion')
    problems.push({
      type: 'Unsupported value',
      field: 'target.kind',
      value: target.kind,
      detail: 'supported values: "Node", "<empty>"',
    });
  if ((target?.name ?? '') === '') problems.push({ type: 'Required value', field: 'target.name', detail: '' });
  if (problems.length > 0)
    throw errors.invalid({ group: '', plural: 'bindings', kind: 'Binding' }, given.metadata?.name ?? '', problems);
  const why =
    pod.metadata?.deletionTimestamp !== undefined
      ? `pod ${name} is being deleted, cannot be assigned to a host`
      : ((pod['spec'] as { nodeName?: string }).nodeName ?? '') !== ''
        ? `pod ${name} is already assigned to node ${JSON.stringify((pod['spec'] as { nodeName?: string }).nodeName)}`
        : undefined;
  if (why !== undefined) throw errors.conflict({ group: '', plural: 'pods/binding', kind: 'Pod' }, name, why);
  const annotations = given.metadata?.annotations;
  server.update(
    pods,
    {
      ...pod,
      metadata: {
        ...pod.metadata,
        ...(annotations === undefined ? {} : { annotations: { ...pod.metadata?.annotations, ...annotations } }),
      },
      spec: { ...(pod['spec'] as object), nodeName: target?.name },
    },
    name,
    namespace,
    { ...options, subresource: 'binding' },
  );
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** serviceaccounts/NAME/token: a token in the form of a real one; nothing checks its signature. */
export function issueToken(server: ApiServer, account: KubeObject, given: KubeObject): KubeObject {
  const spec = (given['spec'] ?? {}) as { audiences?: string[]; expirationSeconds?: number };
  const seconds = spec.expirationSeconds ?? 3600;
  const { name = '', namespace = '', uid = '' } = account.metadata ?? {};
  if (seconds < 600)
    throw errors.invalid({ group: 'authentication.k8s.io', plural: 'tokenrequests', kind: 'TokenRequest' }, name, [
      {
        type: 'Invalid value',
        field: 'spec.expirationSeconds',
        value: seconds,
        detail: 'may not specify a duration less than 10 minutes',
      },
    ]);
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const audiences = (spec.audiences ?? []).length > 0 ? spec.audiences : [issuer];
  const now = Math.floor(server.sim.calendar() / 1000);
  const claims = {
    aud: audiences,
    exp: now + seconds,
    iat: now,
    iss: issuer,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const random = server.sim.random.stream(`token/${uid}/${now}`);
  const signature = random.text(342, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
  const token = `${base64url(JSON.stringify({ alg: 'RS256', kid: 'hopscope' }))}.${base64url(JSON.stringify(claims))}.${signature}`;
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: server.sim.timestamp() },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: null },
    status: { token, expirationTimestamp: `${new Date((now + seconds) * 1000).toISOString().slice(0, 19)}Z` },
  };
}

function base64url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
