import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInFields } from '../../field-schema.ts';
import type { ContainerLog, LogLine } from '../../kubelet/runtime.ts';
import type { ApiServer } from '../server.ts';
import { type Answer, ask, configMap, deployment, patch, pod, serve } from '../testing/serve.ts';
import type { KubeObject } from '../types.ts';

let api: ApiServer;
beforeAll(() => builtInFields.load());
beforeEach(() => {
  api = serve();
});

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const get = (url: string, headers = {}) => ask(api, 'GET', url, undefined, headers);
const names = (answer: Answer) => answer.body.items.map(({ metadata }) => metadata?.name);

/** What a watch emits; `stop` ends it. */
function watch(url: string, headers = {}) {
  const events: { type: string; object: KubeObject & { code?: number; rows?: unknown[] } }[] = [];
  let ended = false;
  const stop = get(url, headers).stream?.subscribe(
    (item) => events.push(item as (typeof events)[number]),
    () => {
      ended = true;
    },
  );
  const types = () => events.map(({ type, object }) => `${type} ${object.metadata?.name ?? ''}`.trim());
  return { events, types, ended: () => ended, stop: () => stop?.() };
}

describe('lists', () => {
  beforeEach(() => {
    for (const name of ['c', 'a', 'b', 'e', 'd']) ask(api, 'POST', MAPS, configMap(name));
  });

  it('come in the order of names, without kind and apiVersion on their items', () => {
    const answer = get(MAPS);
    expect(names(answer)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(answer.body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: api.resourceVersion },
    });
    expect(answer.body.items[0]).not.toHaveProperty('kind');
  });

  it('come in pages that show one moment', () => {
    const first = get(`${MAPS}?limit=2`);
    const { continue: token, remainingItemCount } = first.body.metadata as {
      continue?: string;
      remainingItemCount?: number;
    };
    expect([names(first), remainingItemCount]).toEqual([['a', 'b'], 3]);
    ask(api, 'DELETE', `${MAPS}/d`);
    ask(api, 'POST', MAPS, configMap('bb'));
    const second = get(`${MAPS}?limit=2&continue=${token}`);
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.body.metadata?.resourceVersion).toBe(first.body.metadata?.resourceVersion);
  });

  it('say that a page has expired, and how to go on', () => {
    const { continue: token } = get(`${MAPS}?limit=2`).body.metadata as { continue?: string };
    ask(api, 'DELETE', `${MAPS}/d`);
    api.shelf('configmaps').compact(Number(api.resourceVersion));
    const expired = get(`${MAPS}?limit=2&continue=${token}`);
    expect(expired.body).toMatchObject({ code: 410, reason: 'Expired' });
    expect(expired.body.message).toMatch(/^The provided continue parameter is too old to display a consistent list/);
    const again = (expired.body.metadata as { continue?: string }).continue;
    expect(names(get(`${MAPS}?continue=${again}`))).toEqual(['c', 'e']);
  });

  it('show an exact version, and none of the future', () => {
    const version = api.resourceVersion;
    ask(api, 'DELETE', `${MAPS}/a`);
    expect(names(get(`${MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`))).toHaveLength(5);
    expect(get(`${MAPS}?resourceVersion=99999`).body).toMatchObject({
      code: 504,
      reason: 'Timeout',
      message: `Timeout: Too large resource version: 99999, current: ${api.resourceVersion}`,
    });
    expect(get(`${MAPS}?resourceVersionMatch=Exact`).body.message).toBe(
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  });

  it('select, and say what cannot be selected by', () => {
    expect(names(get(`${MAPS}?fieldSelector=metadata.name!=a`))).toEqual(['b', 'c', 'd', 'e']);
    expect(get('/api/v1/pods?fieldSelector=spec.foo=a').body.message).toBe('field label not supported: spec.foo');
    expect(get(`${DEPLOYMENTS}?fieldSelector=spec.foo=a`).body.message).toBe(
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('can be deleted as one', () => {
    expect(names(ask(api, 'DELETE', `${MAPS}?fieldSelector=metadata.name!=a`))).toEqual(['b', 'c', 'd', 'e']);
    expect(names(get(MAPS))).toEqual(['a']);
  });
});

describe('watches', () => {
  it('begin with what is there, and end in time', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const { types, ended } = watch(`${MAPS}?watch=true&timeoutSeconds=5`);
    ask(api, 'POST', MAPS, configMap('b'));
    patch(api, 'merge', `${MAPS}/b`, { data: { a: '2' } });
    ask(api, 'DELETE', `${MAPS}/a`);
    api.sim.runFor(6000);
    ask(api, 'DELETE', `${MAPS}/b`);
    expect(types()).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED a']);
    expect(ended()).toBe(true);
  });

  it('resume from a version, also from one before the answer was read', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const version = api.resourceVersion;
    ask(api, 'POST', MAPS, configMap('b'));
    const { stream } = get(`${MAPS}?watch=true&resourceVersion=${version}`);
    ask(api, 'POST', MAPS, configMap('c'));
    const seen: string[] = [];
    stream?.subscribe(
      (item) => seen.push((item as { object: KubeObject }).object.metadata?.name ?? ''),
      () => {},
    );
    expect(seen).toEqual(['b', 'c']);
  });

  it('say that a version is too old', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    api.shelf('configmaps').compact(Number(api.resourceVersion));
    const { events, ended } = watch(`${MAPS}?watch=true&resourceVersion=5`);
    expect(events).toMatchObject([
      {
        type: 'ERROR',
        object: { code: 410, reason: 'Expired', message: `too old resource version: 5 (${api.resourceVersion})` },
      },
    ]);
    expect(ended()).toBe(true);
  });

  it('give bookmarks, and mark the end of what was there at first', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const { events, stop } = watch(
      `${MAPS}?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    api.sim.runFor(61_000);
    stop();
    api.sim.runFor(120_000);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK', 'BOOKMARK']);
    expect(events[1]?.object.metadata?.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('give Tables, with columns once', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const { events } = watch(`${MAPS}?watch=true`, TABLE);
    ask(api, 'POST', MAPS, configMap('b'));
    expect(events.map(({ object }) => object['columnDefinitions'] !== null)).toEqual([true, false]);
    expect(events[1]?.object.rows).toMatchObject([{ cells: ['b', 1, '0s'] }]);
  });
});

describe('forms of answers', () => {
  it('are Tables with metadata, the object, or neither', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const { body } = get(MAPS, TABLE);
    expect(body).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      rows: [{ cells: ['a', 1, '0s'], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    });
    expect((body as unknown as { columnDefinitions: object[] }).columnDefinitions[0]).toMatchObject({
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
    });
    expect(get(`${MAPS}?includeObject=None`, TABLE).body).toMatchObject({ rows: [{ object: null }] });
    expect(get(`${MAPS}/a?includeObject=Object`, TABLE).body).toMatchObject({
      rows: [{ object: { data: { a: '1' } } }],
    });
  });

  it('are metadata alone', () => {
    ask(api, 'POST', MAPS, configMap('a'));
    const accept = (as: string) => ({ accept: `application/json;as=${as};v=v1;g=meta.k8s.io` });
    expect(get(`${MAPS}/a`, accept('PartialObjectMetadata')).body).not.toHaveProperty('data');
    expect(get(MAPS, accept('PartialObjectMetadataList')).body.items).toHaveLength(1);
  });

  it('are refused when nothing fits', () => {
    expect(get(MAPS, { accept: 'application/vnd.kubernetes.protobuf' }).code).toBe(406);
  });
});

describe('paths and verbs', () => {
  it('know what is not there', () => {
    expect(get('/api/v1/foos').body).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
    });
    expect(get('/apis/nope/v1/foos')).toMatchObject({ code: 404, body: '404 page not found\n' });
    expect(get('/nope')).toMatchObject({ code: 404, contentType: 'text/plain; charset=utf-8' });
    expect(get(`${MAPS}/x`).body).toMatchObject({
      message: 'configmaps "x" not found',
      details: { name: 'x', kind: 'configmaps' },
    });
    expect(ask(api, 'PUT', MAPS, configMap('a')).body).toMatchObject({
      code: 405,
      message: 'the server does not allow this method on the requested resource',
    });
  });

  it('answer to a deletion with a Status, or with the object while it lasts', () => {
    const made = ask(api, 'POST', MAPS, configMap('a')).body;
    expect(ask(api, 'DELETE', `${MAPS}/a`).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: made.metadata?.uid },
    });
    const pods = '/api/v1/namespaces/default/pods';
    ask(api, 'POST', pods, pod('p', { spec: { nodeName: 'n1' } }));
    const options = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 5, propagationPolicy: 'Background' };
    expect(ask(api, 'DELETE', `${pods}/p`, options).body.metadata?.deletionGracePeriodSeconds).toBe(5);
    expect(ask(api, 'DELETE', `${pods}/p`, { ...options, propagationPolicy: 'Sideways' }).body.message).toBe(
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    );
  });

  it('create by PUT where the real server does', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } };
    expect(ask(api, 'PUT', '/api/v1/namespaces/default/services/a', service).code).toBe(201);
    expect(ask(api, 'PUT', `${MAPS}/a`, configMap('a')).code).toBe(404);
  });
});

describe('decoding', () => {
  const odd = () => ({ ...deployment('web'), spec: { ...(deployment('web')['spec'] as object), replica: 3 } });

  it('warns of unknown fields, refuses them, or lets them pass', () => {
    expect(ask(api, 'POST', DEPLOYMENTS, odd()).warnings).toEqual(['unknown field "spec.replica"']);
    expect(ask(api, 'POST', `${DEPLOYMENTS}?fieldValidation=Strict`, odd()).body).toMatchObject({
      code: 400,
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    });
    ask(api, 'DELETE', `${DEPLOYMENTS}/web`);
    expect(ask(api, 'POST', `${DEPLOYMENTS}?fieldValidation=Ignore`, odd())).toMatchObject({ code: 201, warnings: [] });
    expect(ask(api, 'POST', `${DEPLOYMENTS}?fieldValidation=No`, odd()).body.message).toMatch(
      /^CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "No": supported values: /,
    );
  });

  it('says the same of patches, in the words of each type', () => {
    ask(api, 'POST', DEPLOYMENTS, deployment('web'));
    const change = { spec: { replica: 3 } };
    const strict = `${DEPLOYMENTS}/web?fieldValidation=Strict`;
    expect(patch(api, 'strategic', strict, change).body).toMatchObject({
      code: 422,
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[replica:3]]": strict decoding error: unknown field "spec.replica"',
    });
    expect(patch(api, 'merge', strict, change).body.message).toMatch(
      /^ "" is invalid: patch: Invalid value: "\{.*\}": strict decoding error: unknown field "spec.replica"$/,
    );
    expect(patch(api, 'strategic', strict, { spec: { replicas: 'x' } }).body.message).toMatch(
      /: unrecognized type: int32$/,
    );
    expect(patch(api, 'merge', strict, { spec: { replicas: 'x' } }).body.message).toMatch(
      /: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32$/,
    );
  });

  it('refuses other kinds and versions', () => {
    expect(ask(api, 'POST', MAPS, { ...configMap('a'), kind: 'Secret' }).body.message).toBe(
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    );
    expect(ask(api, 'POST', MAPS, { ...configMap('a'), apiVersion: 'v2' }).body.message).toBe(
      'the API version in the data (v2) does not match the expected API version (v1)',
    );
    expect(ask(api, 'POST', MAPS, [1]).code).toBe(400);
  });
});

describe('subresources', () => {
  it('scale', () => {
    ask(api, 'POST', DEPLOYMENTS, deployment('web'));
    expect(get(`${DEPLOYMENTS}/web/scale`).body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'run=web' },
    });
    expect(patch(api, 'merge', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }).body['spec']).toEqual({
      replicas: 5,
    });
    expect(get(`${DEPLOYMENTS}/web`).body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 5 } });
    expect(patch(api, 'merge', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }).body.message).toBe(
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
    expect(get(`${MAPS}/a/scale`).code).toBe(404);
  });

  it('status', () => {
    ask(api, 'POST', DEPLOYMENTS, deployment('web'));
    const answer = patch(api, 'merge', `${DEPLOYMENTS}/web/status`, { spec: { replicas: 9 }, status: { replicas: 1 } });
    expect(answer.body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1 } });
  });

  it('binding and eviction', () => {
    const pods = '/api/v1/namespaces/default/pods';
    ask(api, 'POST', pods, pod('p'));
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'p' },
      target: { kind: 'Node', name: 'n1' },
    };
    expect(ask(api, 'POST', `${pods}/p/binding`, binding)).toMatchObject({ code: 201, body: { status: 'Success' } });
    expect(get(`${pods}/p`).body).toMatchObject({ spec: { nodeName: 'n1' } });
    expect(ask(api, 'POST', `${pods}/p/binding`, binding).body.message).toBe(
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
    );
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    expect(ask(api, 'POST', `${pods}/p/eviction`, eviction).code).toBe(201);
    expect(get(`${pods}/p`).body.metadata?.deletionGracePeriodSeconds).toBe(30);
  });

  it('log', () => {
    const lines: LogLine[] = ['one', 'two', 'three'].map((text, at) => ({ at: at * 1000, stream: 'stdout', text }));
    const listeners: ((line: LogLine | undefined) => void)[] = [];
    const log: ContainerLog = {
      lines,
      follow: (listener) => {
        listeners.push(listener);
        return () => {};
      },
    };
    api.nodes = {
      log: ({ previous }) =>
        previous ? { error: 'previous terminated container "web" in pod "p" not found', code: 400 } : log,
      exec: () => ({ error: 'no' }),
      network: () => ({ error: 'nobody dials here' }),
      attach: () => ({ error: 'no' }),
    };
    const pods = '/api/v1/namespaces/default/pods';
    const two = {
      containers: [
        { name: 'a', image: 'x' },
        { name: 'b', image: 'x' },
      ],
      nodeName: 'n1',
    };
    ask(api, 'POST', pods, pod('p', { spec: { nodeName: 'n1' } }));
    ask(api, 'POST', pods, pod('q', { spec: two }));
    expect(get(`${pods}/p/log?tailLines=2`)).toMatchObject({ contentType: 'text/plain', body: 'two\nthree\n' });
    expect(get(`${pods}/p/log?timestamps=true&tailLines=1`).body).toBe('2026-11-20T09:00:02.000000000Z three\n');
    expect(get(`${pods}/p/log?previous=true`).body.message).toBe(
      'previous terminated container "web" in pod "p" not found',
    );
    expect(get(`${pods}/q/log`).body.message).toBe(
      'a container name must be specified for pod q, choose one of: [a b]',
    );
    expect(get(`${pods}/q/log?container=c`).body.message).toBe('container c is not valid for pod q');
    let text = '';
    let ended = false;
    get(`${pods}/p/log?follow=true&tailLines=1`).stream?.subscribe(
      (part) => (text += String(part)),
      () => (ended = true),
    );
    for (const listener of listeners) listener({ at: 3000, stream: 'stdout', text: 'four' });
    for (const listener of listeners) listener(undefined);
    expect([text, ended]).toEqual(['three\nfour\n', true]);
  });

  it('token', () => {
    ask(api, 'POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'sa' } });
    const { status } = ask(api, 'POST', '/api/v1/namespaces/default/serviceaccounts/sa/token', { spec: {} }).body;
    const claims = JSON.parse(atob((status as unknown as { token: string }).token.split('.')[1] ?? ''));
    expect(claims).toMatchObject({ sub: 'system:serviceaccount:default:sa' });
  });
});

describe('discovery', () => {
  it('is aggregated or plain', () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const core = get('/api', { accept });
    expect(core.contentType).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    expect(JSON.stringify(core.body)).toContain('"resource":"pods"');
    expect(get('/api').body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const resources = (get('/api/v1').body as unknown as { resources: { name: string }[] }).resources.map(
      ({ name }) => name,
    );
    expect(resources).toEqual(expect.arrayContaining(['pods', 'pods/log', 'services/proxy', 'bindings']));
    expect(get('/apis/apps').body).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: 'apps/v1' } });
    expect(get('/version').body).toMatchObject({ gitVersion: 'v1.33.4' });
    expect(get('/readyz').body).toBe('ok');
  });

  it('explains kinds in OpenAPI', async () => {
    await api.preload({ method: 'GET', path: '/openapi/v3' });
    const index = get('/openapi/v3').body as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    expect(index.paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/);
    const { components, paths } = get('/openapi/v3/apis/apps/v1').body as unknown as {
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
      paths: Record<string, { patch: { parameters: { name: string }[] } }>;
    };
    expect(components.schemas['io.k8s.api.apps.v1.Deployment']?.properties['spec']).toMatchObject({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }],
    });
    const { parameters } = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch ?? {
      parameters: [],
    };
    expect(parameters.map(({ name }) => name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
  });
});

describe('who may do what', () => {
  const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const spec = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } };
  const joe = { 'impersonate-user': 'joe' };

  it('is everything for the learner, and nothing for anybody else', () => {
    expect(ask(api, 'POST', REVIEW, { spec }).body.status).toMatchObject({ allowed: true });
    expect(ask(api, 'POST', REVIEW, { spec }, joe).body.status).toEqual({ allowed: false });
    expect(get('/api/v1/namespaces/default/pods', joe).body).toMatchObject({
      code: 403,
      message: 'pods is forbidden: User "joe" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    expect(get('/api', joe).code).toBe(200);
    expect(get('/metrics', joe).body.message).toBe('forbidden: User "joe" cannot get path "/metrics"');
  });

  it('says who one is', () => {
    expect(ask(api, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}).body.status).toMatchObject({
      userInfo: { username: 'kubernetes-admin' },
    });
  });
});

it('answers a body that is nested beyond all measure', () => {
  let data: unknown = 'x';
  for (let i = 0; i < 100_000; i++) data = [data];
  const metadata = { name: 'deep', managedFields: [{ fieldsV1: data }] };
  const answer = ask(api, 'POST', MAPS, { ...configMap('deep'), metadata });
  expect(answer.code).toBe(400);
  expect(answer.body).toMatchObject({ reason: 'BadRequest', message: expect.stringContaining('exceeded max depth') });
  expect(names(get(MAPS))).not.toContain('deep');
});
