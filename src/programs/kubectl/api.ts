import type { ApiRequest, ApiResponse } from '../../cluster/api/client.ts';
import type { ExecSession } from '../../cluster/kubelet/runtime.ts';
import type { NetworkNamespace } from '../../cluster/network/namespace.ts';
import { serviceKey } from '../../machines/machine.ts';
import type { Routine } from '../../sim/routine.ts';

/**
 * kubectl's way to the API server. In process it calls the simulated server's request handler; with `--server URL` it is
 * HTTP to any Kubernetes API. kubectl does not know which.
 */
export interface KubeApi {
  /** Sends a request and waits for its answer. Failure Statuses are answers, not exceptions. @throws ConnectionError when no server answered. */
  request(request: ApiRequest): Routine<ApiResponse>;
  /** exec and attach: `path` is the pod's subresource. The error is the server's failure Status message. */
  connect(
    path: string,
    query: URLSearchParams,
    options: { stdin: boolean; tty: boolean; columns?: number; rows?: number },
  ): Routine<ExecSession | { readonly error: string }>;
  /**
   * port-forward: `path` is the pod's subresource. Gives the pod's network, to dial its localhost, or the server's failure Status
   * message. Missing where the API is another machine's.
   */
  forward?(path: string): Routine<NetworkNamespace | { readonly error: string }>;
  /** For kubeconfig and messages: `https://104.197.0.10`. */
  readonly server: string;
}

/** Set by the playground: the API that kubectl on this machine's kubeconfig points at. */
export const KUBERNETES = serviceKey<KubeApi>('kubernetes');

/** The API server could not be reached. Message as client-go words it. */
export class ConnectionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionError';
  }
}
