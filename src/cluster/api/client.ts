import type { KubeObject, PatchType, WatchEvent } from './types.ts';

/** Selects what a list or a watch returns, in the API's own syntax. */
export interface ListOptions {
  readonly namespace?: string;
  /** `run=my-nginx,tier in (a,b)` */
  readonly labelSelector?: string;
  /** `spec.nodeName=n1,status.phase!=Running` */
  readonly fieldSelector?: string;
}

export interface WriteOptions {
  /**
   * In process only: the object was made for this one write, out of new parts and parts of stored objects, with all defaults
   * filled in; the server need not copy it.
   */
  readonly handedOver?: boolean;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * The typed client of one resource, for components that live in the cluster's own process (controllers, kubelet,
 * kube-proxy, scheduler, graph, lesson checks). It passes the same admission, defaulting, validation and conflict checks
 * as the HTTP API; it only skips the serialisation. All calls are synchronous and throw {@link ApiError}.
 *
 * Objects returned are the stored ones: never change them in place.
 */
export interface ResourceClient<T extends KubeObject = KubeObject> {
  get(name: string, namespace?: string): T;
  /** Like get, but undefined where get would throw NotFound. */
  find(name: string, namespace?: string): T | undefined;
  list(options?: ListOptions): T[];
  /** Objects with an ownerReference to this uid; costs time proportional to their number. */
  ownedBy(uid: string): T[];
  /** Pods bound to this node; costs time proportional to their number. */
  onNode(node: string): T[];
  create(object: T, options?: WriteOptions): T;
  /**
   * Replaces all but the status. A `metadata.resourceVersion` that is not the stored one is a Conflict. Through `binding`, a
   * pod gets the node that its spec names, and the condition that says so, and nothing else changes.
   */
  update(object: T, options?: WriteOptions & { readonly subresource?: 'binding' }): T;
  /** Replaces the status alone, through the `status` subresource. */
  updateStatus(object: T, options?: WriteOptions): T;
  patch(
    name: string,
    namespace: string | undefined,
    type: PatchType,
    body: unknown,
    options?: WriteOptions & { subresource?: string; force?: boolean },
  ): T;
  delete(name: string, namespace?: string, options?: DeleteOptions): void;
  /**
   * Calls back with ADDED for what exists now, then for each change, in the order of resourceVersion, synchronously
   * within the write that caused it (do not write from the callback: enqueue a key and reconcile later).
   */
  watch(handler: (event: WatchEvent<T>, previous: T | undefined) => void, options?: ListOptions): () => void;
}

/** The in-process clients, by kind's plural and group: `clients.resource('pods')`, `clients.resource('deployments', 'apps')`. */
export interface Clients {
  resource<T extends KubeObject>(plural: string, group?: string): ResourceClient<T>;
}

/** A request to the API in HTTP's terms, body already decoded. Paths as in Kubernetes: `/api/v1/namespaces/default/pods?limit=5`. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without query. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer of the API. `body` is JSON (an object, a list, a Table, a Status), or text for logs and plain endpoints. */
export interface ApiResponse {
  readonly code: number;
  readonly contentType: string;
  /** Texts of `Warning: 299 - "..."` headers, unquoted. */
  readonly warnings: readonly string[];
  readonly body: unknown;
  /** Set instead of `body` for watches and followed logs: a stream of events or of text. */
  readonly stream?: ApiStream;
}

/** A stream of JSON values (watch) or text (logs). */
export interface ApiStream {
  /** Starts delivery; what was buffered comes at once. The result stops it. */
  subscribe(onItem: (item: unknown) => void, onEnd: () => void): () => void;
}
