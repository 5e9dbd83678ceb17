import type { Lease } from 'kubernetes-types/coordination/v1';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';

/** coordination.k8s.io/v1 Lease: the heartbeat of a kubelet. */
export const lease: KindDefinition<Lease & KubeObject> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  validate: () => [],
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
      description: 'Name must be unique within a namespace.',
    },
    {
      name: 'Holder',
      type: 'string',
      priority: 0,
      description: 'holderIdentity contains the identity of the holder of a current lease.',
    },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
    },
  ],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.spec?.holderIdentity ?? '',
    age(object.metadata?.creationTimestamp, now),
  ],
};
