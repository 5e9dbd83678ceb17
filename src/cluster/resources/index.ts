import type { KindDefinition } from '../api/kind.ts';
import { configMap } from './configmap.ts';
import { controllerRevision } from './controllerrevision.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlice } from './endpointslice.ts';
import { event } from './event.ts';
import { ingress, ingressClass } from './ingress.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { namespace } from './namespace.ts';
import { networkPolicy } from './networkpolicy.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './poddisruptionbudget.ts';
import { priorityClass } from './priorityclass.ts';
import { replicaSet } from './replicaset.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceaccount.ts';
import { statefulSet } from './statefulset.ts';

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
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  job,
  lease,
  endpointSlice,
  ingressClass,
  ingress,
  networkPolicy,
  podDisruptionBudget,
  priorityClass,
] as unknown as readonly KindDefinition[];
