import type { ConfigMap, KubeObject, Namespace, ServiceAccount } from '../api/types.ts';
import type { Controller } from './context.ts';
import { WorkQueue } from './workqueue.ts';

const ACCOUNT = 'default';
const CERTIFICATES = 'kube-root-ca.crt';

/** The cluster's certificate authority as pods see it: in form only, as nothing of the cluster speaks TLS for real. */
const ROOT_CA = '-----BEGIN CERTIFICATE-----\nMIIBhopscopeClusterRootCertificateAuthority\n-----END CERTIFICATE-----\n';

/** The ConfigMap by which pods of a namespace know the cluster's certificate authority. */
export function rootCertificates(namespace: string): ConfigMap & KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: CERTIFICATES,
      namespace,
      annotations: {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
      },
    },
    data: { 'ca.crt': ROOT_CA },
  };
}

/** The serviceaccount and root-ca-cert-publisher controllers: every namespace has an account and knows the cluster's CA. */
export const namespaceDefaultsController: Controller = ({ sim, clients }) => {
  const namespaces = clients.resource<Namespace & KubeObject>('namespaces');
  const accounts = clients.resource<ServiceAccount & KubeObject>('serviceaccounts');
  const maps = clients.resource<ConfigMap & KubeObject>('configmaps');

  const queue = new WorkQueue(sim, { name: 'serviceaccount', latency: 15 }, (name) => {
    const namespace = namespaces.find(name);
    if (namespace === undefined || namespace.metadata?.deletionTimestamp !== undefined) return;
    if (accounts.find(ACCOUNT, name) === undefined)
      accounts.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace: name } });
    const wanted = rootCertificates(name);
    const found = maps.find(CERTIFICATES, name);
    if (found === undefined) maps.create(wanted);
    else if (found.data?.['ca.crt'] !== ROOT_CA) maps.update({ ...found, data: { ...wanted.data } });
  });

  const again = (object: KubeObject, name: string) => {
    if (object.metadata?.name === name) queue.add(object.metadata.namespace ?? '');
  };
  const stops = [
    namespaces.watch((event) => {
      if (event.type === 'ADDED') queue.add(event.object.metadata?.name ?? '');
    }),
    accounts.watch((event) => {
      if (event.type === 'DELETED') again(event.object, ACCOUNT);
    }),
    maps.watch((event) => {
      if (event.type === 'DELETED' || event.type === 'MODIFIED') again(event.object, CERTIFICATES);
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
};
