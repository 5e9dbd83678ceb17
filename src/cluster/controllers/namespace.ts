import type { ConfigMap, KubeObject, Namespace, ServiceAccount } from '../api/types.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

/** What is deleted with a namespace, in order. */
const CONTENTS: readonly (readonly [string, string])[] = [
  ['deployments', 'apps'],
  ['replicasets', 'apps'],
  ['pods', ''],
  ['services', ''],
  ['endpoints', ''],
  ['endpointslices', 'discovery.k8s.io'],
  ['configmaps', ''],
  ['secrets', ''],
  ['serviceaccounts', ''],
  ['leases', 'coordination.k8s.io'],
  ['events', ''],
];

/** The certificate authority that every namespace's kube-root-ca.crt names; the cluster's own, not a real one. */
const ROOT_CA = '-----BEGIN CERTIFICATE-----\nMIIBhopscopeClusterRootCertificateAuthority\n-----END CERTIFICATE-----\n';

/** The ConfigMap by which pods of a namespace know the cluster's certificate authority. */
export function rootCertificates(namespace: string): ConfigMap & KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'kube-root-ca.crt',
      namespace,
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data: { 'ca.crt': ROOT_CA },
  };
}

/** Namespace lifecycle: empties a namespace that is being deleted, and gives each one its default ServiceAccount and root CA. */
export const namespaceController: Controller = ({ sim, clients }) => {
  const namespaces = clients.resource<Namespace & KubeObject>('namespaces');
  const accounts = clients.resource<ServiceAccount & KubeObject>('serviceaccounts');
  const maps = clients.resource<ConfigMap & KubeObject>('configmaps');

  const queue = new WorkQueue(sim, { name: 'namespace', latency: 15 }, (name) => {
    const namespace = namespaces.find(name);
    if (namespace === undefined) return;
    if (namespace.metadata?.deletionTimestamp !== undefined) {
      let left = 0;
      for (const [plural, group] of CONTENTS) {
        const client = clients.resource(plural, group);
        for (const object of client.list({ namespace: name })) {
          left++;
          if (object.metadata?.deletionTimestamp === undefined)
            client.delete(object.metadata?.name ?? '', name, { propagationPolicy: 'Background' });
        }
      }
      if (left > 0) {
        queue.addAfter(name, 500);
        return;
      }
      // The last act: without its finalizer the namespace itself is gone.
      remove(name);
      return;
    }
    if (accounts.find('default', name) === undefined)
      accounts.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
    if (maps.find('kube-root-ca.crt', name) === undefined) maps.create(rootCertificates(name));
  });

  function remove(name: string): void {
    finalize(clients, name);
  }

  const stops = [
    namespaces.watch((event) => {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') queue.add(event.object.metadata?.name ?? '');
    }),
    accounts.watch((event) => {
      if (event.type === 'DELETED') queue.add(event.object.metadata?.namespace ?? '');
    }),
    maps.watch((event) => {
      if (event.type === 'DELETED' && event.object.metadata?.name === 'kube-root-ca.crt')
        queue.add(event.object.metadata.namespace ?? '');
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};

/** The `finalize` subresource: takes the finalizer of spec away, and with it the namespace. */
function finalize(clients: Parameters<Controller>[0]['clients'], name: string): void {
  clients
    .resource('namespaces')
    .patch(name, undefined, 'application/merge-patch+json', { spec: { finalizers: [] } }, { subresource: 'finalize' });
}
