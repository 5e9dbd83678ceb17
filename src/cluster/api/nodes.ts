import type { ContainerLog, ExecOptions, ExecSession } from '../kubelet/runtime.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { KubeObject, Pod } from './types.ts';

/** Which log of a container is wanted. */
export interface LogRequest {
  readonly pod: Pod & KubeObject;
  readonly container: string;
  /** The log of the run before this one. */
  readonly previous: boolean;
}

/**
 * The API server's way to the kubelets: logs, exec, attach, port-forward. An implementation finds the kubelet of the pod's node. All
 * answers may be a refusal in the kubelet's words, with the HTTP code the API server passes on.
 */
export interface NodeConnector {
  log(request: LogRequest): ContainerLog | Refusal;
  exec(pod: Pod & KubeObject, container: string, options: ExecOptions): ExecSession | Refusal;
  attach(pod: Pod & KubeObject, container: string, options: Pick<ExecOptions, 'stdin' | 'tty'>): ExecSession | Refusal;
  /** The pod's network, where port-forward dials localhost. */
  network(pod: Pod & KubeObject): NetworkNamespace | Refusal;
  /** A connection to a port of the pod, as its own localhost sees it. */
  dial?(pod: Pod & KubeObject, port: number): PortConnection | Refusal;
}

/** One TCP connection into a pod. Text stands for bytes, a character for each (0 to 255). */
export interface PortConnection {
  write(bytes: string): void;
  closeInput(): void;
  onData(listener: (bytes: string) => void): void;
  onClose(listener: () => void): void;
}

/** Why the kubelet does not do it. */
export interface Refusal {
  readonly error: string;
  /** HTTP code; 500 unless said. */
  readonly code?: number;
}

export function isRefusal(value: object): value is Refusal {
  return 'error' in value;
}
