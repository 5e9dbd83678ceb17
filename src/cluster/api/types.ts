/**
 * The words of the Kubernetes API that everything above it shares. Objects are plain JSON; one that came out of the API
 * is shared with the store and must never be changed in place: make a copy with {@link clone} or with spread.
 */
import type { ObjectMeta } from 'kubernetes-types/meta/v1';

export type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1';
export type {
  ConfigMap,
  Container,
  ContainerStatus,
  Endpoints,
  Event,
  Namespace,
  Node,
  Pod,
  PodSpec,
  Secret,
  Service,
  ServiceAccount,
  ServicePort,
} from 'kubernetes-types/core/v1';
export type { EndpointSlice } from 'kubernetes-types/discovery/v1';
export type { Condition, LabelSelector, ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1';

/** Any Kubernetes object. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  [field: string]: unknown;
}

/** A group, version and plural resource: `{group: '', version: 'v1', resource: 'pods'}`. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Points at one object, and optionally into it: what traces, graph and inspector pass around. */
export interface ObjectRef {
  /** `Pod`, `Service`, ... */
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Path of a field, as in `spec.selector.run` or `spec.ports[0].targetPort`. */
  readonly fieldPath?: string;
}

/** `metav1.Status`: what the API answers when it cannot do what it was asked, and to some deletions. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Success' | 'Failure';
  message?: string;
  /** `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, `BadRequest`, ... */
  reason?: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: { reason?: string; message?: string; field?: string }[];
    retryAfterSeconds?: number;
  };
  code?: number;
}

/** Thrown by the in-process client where the HTTP API would answer with a failure Status. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'unknown API error');
    this.name = 'ApiError';
    this.status = status;
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

export type WatchEvent<T extends KubeObject = KubeObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: KubeObject }
  | { type: 'ERROR'; object: Status };

export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

/** Copies an object so that it may be changed. */
export function clone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clone) as T;
  const copy: Record<string, unknown> = {};
  const source = value as Record<string, unknown>;
  for (const key in source) {
    const item = source[key];
    copy[key] = typeof item === 'object' && item !== null ? clone(item) : item;
  }
  return copy as T;
}
