import type { EndpointSlice, KubeObject, Service } from '../cluster/api/types.ts';
import { serviceKey } from './machine.ts';

/** What a DNS server of the cluster reads. */
export interface ClusterRecords {
  service(name: string, namespace: string): Service | undefined;
  slices(service: string, namespace: string): readonly EndpointSlice[];
  serviceByIP(ip: string): (Service & KubeObject) | undefined;
}

/** The cluster's Services and endpoints, for the DNS server that runs inside it. */
export const CLUSTER_RECORDS = serviceKey<ClusterRecords>('cluster-records');
