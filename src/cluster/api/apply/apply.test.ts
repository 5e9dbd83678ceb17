import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInFields } from '../../field-schema.ts';
import type { ApiServer } from '../server.ts';
import { type Answer, ask, deployment, patch, serve } from '../testing/serve.ts';
import type { KubeObject } from '../types.ts';

const WEB = '/apis/apps/v1/namespaces/default/deployments/web';
let api: ApiServer;
beforeAll(() => builtInFields.load());
beforeEach(() => {
  api = serve();
});

const applied = (manager: string, object: unknown, more = '') =>
  patch(api, 'apply', `${WEB}?fieldManager=${manager}${more}`, object);
const spec = (answer: Answer) =>
  answer.body['spec'] as { replicas?: number; template: { spec: { containers: KubeObject[] } } };
const managers = (answer: Answer) =>
  answer.body.metadata?.managedFields?.map(
    ({ manager, operation, subresource }) => `${manager} ${operation} ${subresource ?? ''}`,
  );
const fields = (answer: Answer, name: string): unknown =>
  answer.body.metadata?.managedFields?.find(({ manager }) => manager === name)?.fieldsV1;

describe('server-side apply', () => {
  it('makes an object, and owns what it says and no more', () => {
    const answer = applied('me', deployment('web'));
    expect(answer.code).toBe(201);
    expect(spec(answer).replicas).toBe(2);
    expect(fields(answer, 'me')).toEqual({
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:run': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    });
  });

  it('takes away what it said before and does not say now, and leaves the rest', () => {
    const object = deployment('web');
    applied('me', { ...object, metadata: { name: 'web', labels: { a: '1', b: '2' } } });
    patch(api, 'merge', `${WEB}?fieldManager=other`, { metadata: { labels: { c: '3' } } });
    const { replicas: _, ...rest } = object['spec'] as { replicas: number };
    const answer = applied('me', { ...object, metadata: { name: 'web', labels: { a: '1' } }, spec: rest });
    expect(answer.body.metadata?.labels).toEqual({ a: '1', c: '3' });
    expect(spec(answer).replicas).toBe(1);
  });

  it('conflicts over fields that others own, unless it is forced', () => {
    applied('me', deployment('web'));
    const refused = applied('you', deployment('web', 5));
    expect(refused.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "me": .spec.replicas',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.spec.replicas' }] },
    });
    const forced = applied('you', deployment('web', 5), '&force=true');
    expect(spec(forced).replicas).toBe(5);
    expect(fields(forced, 'me')).not.toHaveProperty(['f:spec', 'f:replicas']);
  });

  it('shares a field on whose value all agree', () => {
    applied('me', deployment('web'));
    expect(managers(applied('you', deployment('web')))).toEqual(['me Apply ', 'you Apply ']);
    const { replicas: _, ...rest } = deployment('web')['spec'] as { replicas: number };
    expect(spec(applied('me', { ...deployment('web'), spec: rest })).replicas).toBe(2);
  });

  it('names several conflicts by manager, updates with their version', () => {
    ask(api, 'POST', '/apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl-create', deployment('web'));
    patch(api, 'merge', `${WEB}/scale?fieldManager=kubectl`, { spec: { replicas: 4 } });
    const object = deployment('web', 5);
    spec({ body: object } as unknown as Answer).template.spec.containers[0] = {
      name: 'web',
      image: 'nginx:2',
    } as never;
    expect(applied('me', object).body.message).toBe(
      [
        'Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:',
        '- .spec.replicas',
        'conflicts with "kubectl-create" using apps/v1:',
        '- .spec.template.spec.containers[name="web"].image',
      ].join('\n'),
    );
  });

  it('keeps the order of its own list, with what others added where it stood', () => {
    applied('me', deployment('web'));
    patch(api, 'strategic', `${WEB}?fieldManager=you`, {
      spec: { template: { spec: { containers: [{ name: 'side', image: 'busybox' }] } } },
    });
    const answer = applied('me', deployment('web', 3));
    expect(spec(answer).template.spec.containers.map((each) => (each as { name?: string }).name)).toEqual([
      'side',
      'web',
    ]);
  });

  it('takes over what kubectl applied from the client before', () => {
    const last = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2 },
    });
    const object = deployment('web');
    object.metadata = {
      ...object.metadata,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': last },
    };
    ask(api, 'POST', '/apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl-client-side-apply', object);
    const { replicas: _, ...rest } = deployment('web', 4)['spec'] as { replicas: number };
    const next = { ...deployment('web'), spec: { replicas: 4, ...rest } };
    expect(applied('you', next).code).toBe(409);
    expect(spec(applied('kubectl', next)).replicas).toBe(4);
  });

  it.each([
    [
      { spec: { replica: 1 } },
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    ],
    [
      { spec: { replicas: 'two' } },
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    ],
    [
      { apiVersion: 'v1' },
      'Incorrect version specified in apply patch. Specified patch version: v1, expected: apps/v1',
    ],
    [{ metadata: { name: 'web', managedFields: [] } }, 'metadata.managedFields must be nil'],
    [{ metadata: { name: 'other' } }, 'the name of the object (other) does not match the name on the URL (web)'],
  ])('refuses %j', (change, message) => {
    const object = { ...deployment('web'), metadata: { name: 'web', namespace: 'default' }, ...change };
    expect(applied('me', object).body.message).toBe(message);
  });

  it('wants a manager, and shows on a dry run what would be', () => {
    expect(patch(api, 'apply', WEB, deployment('web')).body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
    expect(managers(applied('me', deployment('web'), '&dryRun=All'))).toEqual(['me Apply ']);
    expect(ask(api, 'GET', WEB).code).toBe(404);
  });

  it('goes on after a snapshot', () => {
    applied('me', deployment('web'));
    const snapshot = structuredClone(api.snapshot());
    api = serve([]);
    api.restore(snapshot);
    expect(applied('you', deployment('web', 5)).body.message).toMatch(/conflict with "me": .spec.replicas$/);
  });
});

describe('managed fields of other writers', () => {
  it('are those that they set or changed', () => {
    ask(api, 'POST', '/api/v1/namespaces/default/services?fieldManager=kubectl-create', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a', labels: { run: 'a' } },
      spec: { ports: [{ port: 80 }], selector: { run: 'a' } },
    });
    patch(api, 'merge', '/api/v1/namespaces/default/services/a?fieldManager=kubectl-label', {
      metadata: { labels: { b: 'c', run: 'x' } },
    });
    const answer = ask(api, 'GET', '/api/v1/namespaces/default/services/a');
    expect(fields(answer, 'kubectl-create')).toEqual({
      'f:metadata': { 'f:labels': {} },
      'f:spec': {
        'f:internalTrafficPolicy': {},
        'f:ports': {
          '.': {},
          'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
        },
        'f:selector': {},
        'f:sessionAffinity': {},
        'f:type': {},
      },
    });
    expect(fields(answer, 'kubectl-label')).toEqual({ 'f:metadata': { 'f:labels': { 'f:b': {}, 'f:run': {} } } });
  });

  it('stay where they are when a list of them is sent, and go when an empty one is', () => {
    ask(api, 'POST', '/apis/apps/v1/namespaces/default/deployments?fieldManager=a', deployment('web'));
    const { body } = ask(api, 'GET', WEB);
    const renamed = body.metadata?.managedFields?.map((entry) => ({ ...entry, manager: 'b' }));
    const answer = patch(api, 'json', `${WEB}?fieldManager=c`, [
      { op: 'replace', path: '/metadata/managedFields', value: renamed },
    ]);
    expect(managers(answer)).toEqual(['b Update ']);
    expect(managers(patch(api, 'merge', WEB, { metadata: { managedFields: [{}] } }))).toBeUndefined();
  });
});
