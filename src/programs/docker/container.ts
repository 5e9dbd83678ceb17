import type { RunningContainer } from '../../cluster/kubelet/runtime.ts';
import type { NetworkNamespace, TransportProtocol } from '../../cluster/network/namespace.ts';

/** `-p 8080:80`, taken apart. Without a host port the daemon picks one at every start. */
export interface PortBinding {
  readonly address: string;
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol: TransportProtocol;
}

/** What `docker create` fixes for good. */
export interface ContainerConfig {
  readonly name?: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly hostname?: string;
  readonly workdir?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortBinding[];
  readonly publishAll: boolean;
  readonly network: 'bridge' | 'host' | 'none';
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly autoRemove: boolean;
  readonly restart: 'no' | 'always' | 'unless-stopped' | 'on-failure';
}

/** What the daemon knows of an image that it has. */
export interface LocalImage {
  readonly reference: string;
  readonly repository: string;
  readonly tag: string;
  /** 64 hex digits. */
  readonly id: string;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Calendar milliseconds. */
  readonly created: number;
  readonly env: readonly (readonly [string, string])[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workdir: string;
  readonly user: string;
  /** `80/tcp` */
  readonly exposed: readonly string[];
}

export type ContainerState = 'created' | 'running' | 'exited';

/** A container of a daemon, running or not. Times are calendar milliseconds. */
export interface DockerContainer {
  readonly id: string;
  name: string;
  readonly config: ContainerConfig;
  readonly image: LocalImage;
  readonly created: number;
  state: ContainerState;
  startedAt?: number;
  finishedAt?: number;
  exitCode: number;
  /** What the daemon said when it could not be started. */
  error: string;
  restarts: number;
  /** Its network while it runs; the host's own with --network host. */
  network?: NetworkNamespace;
  running?: RunningContainer;
  /** Ports as they are published while it runs. */
  published: readonly (PortBinding & { readonly hostPort: number })[];
  /** Set while somebody stops it: no restart policy brings it back. */
  stopping: boolean;
}
