import type { ExecOptions, ExecSession } from '../kubelet/runtime.ts';
import type { ApiStream } from './client.ts';

export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly timestamps: boolean;
  readonly limitBytes?: number;
}

/** How the API server reaches the kubelets: for logs, exec and attach. Errors are messages as the kubelet words them. */
export interface NodeConnector {
  logs(
    namespace: string,
    pod: string,
    options: LogOptions,
  ): { readonly text: string } | { readonly stream: ApiStream } | { readonly error: string; readonly code: number };
  exec(
    namespace: string,
    pod: string,
    container: string,
    options: ExecOptions,
  ): ExecSession | { readonly error: string };
  attach(
    namespace: string,
    pod: string,
    container: string,
    options: { stdin: boolean; tty: boolean },
  ): ExecSession | { readonly error: string };
}
