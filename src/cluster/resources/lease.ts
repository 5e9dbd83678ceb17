import type { Lease } from 'kubernetes-types/coordination/v1';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/types.ts';
import { age } from './duration.ts';
import { NOT_POSITIVE, Problems } from './fields.ts';
import { AGE, column, NAME } from './table.ts';

/** coordination.k8s.io/v1 Lease: the heartbeat of a kubelet. */
export const lease: KindDefinition<Lease & KubeObject> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  validate(object) {
    const found = new Problems();
    const { leaseDurationSeconds, leaseTransitions } = object.spec ?? {};
    if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
      found.invalid('spec.leaseDurationSeconds', leaseDurationSeconds, NOT_POSITIVE);
    found.notNegative('spec.leaseTransitions', leaseTransitions);
    return found.list;
  },
  columns: [NAME, column('Holder', 'holderIdentity contains the identity of the holder of a current lease.'), AGE],
  row: (object, now) => [
    object.metadata?.name ?? '',
    object.spec?.holderIdentity ?? '',
    age(object.metadata?.creationTimestamp, now),
  ],
};
