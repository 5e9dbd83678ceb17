import type { KindDefinition } from '../api/kind.ts';
import { configMap, namespace, secret, serviceAccount } from './configuration.ts';
import { endpointSlice, endpoints } from './endpoints.ts';
import { event } from './event.ts';
import { lease } from './lease.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { service } from './service.ts';
import { deployment, replicaSet } from './workloads.ts';

/** Every kind that the cluster knows. The one place where a new kind is registered. */
export const KINDS = [
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
  service,
  deployment,
  replicaSet,
  lease,
  endpointSlice,
] as unknown as readonly KindDefinition[];
