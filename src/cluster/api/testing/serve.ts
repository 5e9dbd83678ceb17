/** For tests of the API server: one with every kind, and ways to ask it. */
import { Simulation } from '../../../sim/simulation.ts';
import { builtInFields } from '../../field-schema.ts';
import { KINDS } from '../../resources/index.ts';
import type { ApiRequest, ApiResponse } from '../client.ts';
import { ApiServer } from '../server.ts';
import { ApiError, type KubeObject, type Status } from '../types.ts';

export type Answer = ApiResponse & { readonly body: KubeObject & Partial<Status> & { readonly items: KubeObject[] } };

/** A server with the namespaces `default` and `kube-system`, or with nothing; stored objects are frozen. */
export function serve(namespaces: readonly string[] = ['default', 'kube-system']): ApiServer {
  const api = new ApiServer({
    sim: new Simulation({ seed: 1 }),
    kinds: KINDS,
    ranges: { serviceCIDR: '10.0.0.0/16', nodePorts: [30000, 32767] },
    schema: builtInFields,
    freeze: true,
  });
  for (const name of namespaces)
    api.clients.resource('namespaces').create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return api;
}

/** `ask(api, 'GET', '/api/v1/pods?limit=1')` */
export function ask(
  api: ApiServer,
  method: ApiRequest['method'],
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const [path = '', query = ''] = url.split('?');
  return api.rest({
    method,
    path,
    query: new URLSearchParams(query),
    headers: { 'user-agent': 'kubectl/v1.33.1', ...headers },
    ...(body === undefined ? {} : { body }),
  }) as Answer;
}

/** A patch of one of the four types, by the first word of its name. */
export function patch(
  api: ApiServer,
  type: 'json' | 'merge' | 'strategic' | 'apply',
  url: string,
  body: unknown,
): Answer {
  const types = {
    json: 'application/json-patch+json',
    merge: 'application/merge-patch+json',
    strategic: 'application/strategic-merge-patch+json',
    apply: 'application/apply-patch+yaml',
  };
  return ask(api, 'PATCH', url, body, { 'content-type': types[type] });
}

/** The status that an action fails with. */
export function refusal(action: () => unknown): Status {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('it was not refused');
}

export const configMap = (name: string, extra: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...extra },
  data: { a: '1' },
});

export const pod = (name: string, extra: { metadata?: object; spec?: object } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...extra.metadata },
  spec: { containers: [{ name: 'web', image: 'nginx' }], ...extra.spec },
});

export const deployment = (name: string, replicas = 2): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { run: name } },
    template: {
      metadata: { labels: { run: name } },
      spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    },
  },
});
