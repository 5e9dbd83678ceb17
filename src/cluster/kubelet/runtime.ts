import type { Container, Pod } from '../api/types.ts';
import type { NetworkNamespace } from '../network/namespace.ts';

/** The outcome of a pull, and how long it takes the first time on a node. */
export type PullResult =
  | { readonly ok: true; readonly imageId: string; readonly sizeBytes: number; readonly durationMs: number }
  /** `message` as containerd words it: `failed to pull and unpack image "docker.io/library/ngnix:latest": ...`. */
  | { readonly ok: false; readonly message: string; readonly durationMs: number };

/** A volume as the kubelet laid it out: relative paths to contents; `onChange` fires when a projected volume is updated. */
export interface MountedVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly subPath?: string;
  readonly volume: VolumeContent;
}

/** The files of a volume; shared by the containers of a pod that mount it. Contents are text (see machines/text.ts for other bytes). */
export interface VolumeContent {
  /** Secret, ConfigMap, downward API, projected: the kubelet replaces all files at once. emptyDir: the containers write. */
  readonly kind: 'projected' | 'empty' | 'host';
  files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
  /** Replaces all files, as the kubelet's atomic writer does. */
  replace(files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>): void;
  onReplace(listener: () => void): () => void;
}

export interface StartOptions {
  readonly pod: Pod;
  readonly container: Container;
  /** The pod's, shared by its containers. */
  readonly network: NetworkNamespace;
  /** Complete: image's, pod's, service links, in the kubelet's order. */
  readonly env: readonly (readonly [string, string])[];
  readonly volumes: readonly MountedVolume[];
  readonly restartCount: number;
  /** Whose /etc/hosts it gets: the kubelet's, unless Docker runs it. */
  readonly etc?: 'docker';
  /** Called once when process 1 ends. */
  onExit(exit: ContainerExit): void;
}

export interface ContainerExit {
  /** 128 + signal for a process ended by a signal. */
  readonly exitCode: number;
  readonly signal?: number;
  /** Why it could not be started at all: reason `StartError`/`ContainerCannotRun` and containerd's message. */
  readonly startError?: string;
}

/** One line of a container's log. */
export interface LogLine {
  /** Virtual time. */
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without the newline. */
  readonly text: string;
}

export interface ContainerLog {
  readonly lines: readonly LogLine[];
  /** Called for each new line, and once with undefined when the container has ended. */
  follow(listener: (line: LogLine | undefined) => void): () => void;
}

/** The terminal's end of an exec or attach. Text is what the program writes; input is what the user types. */
export interface ExecSession {
  write(text: string): void;
  /** End of input. */
  closeInput(): void;
  resize(columns: number, rows: number): void;
  signal(signal: number): void;
  onOutput(listener: (text: string, stream: 'stdout' | 'stderr') => void): void;
  onExit(listener: (exitCode: number) => void): void;
  /** Leaves without ending the process (attach). */
  detach(): void;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface RunningContainer {
  /** `containerd://<64 hex digits>` */
  readonly id: string;
  readonly log: ContainerLog;
  /** SIGTERM to process 1, SIGKILL after `graceMs`. `onExit` follows. */
  stop(graceMs: number): void;
  /** Ends it at once, without onExit: the machine lost its power. */
  destroy(): void;
  exec(options: ExecOptions): ExecSession | { readonly error: string };
  attach(options: { readonly stdin: boolean; readonly tty: boolean }): ExecSession | { readonly error: string };
}

/**
 * What the kubelet needs of a container runtime (its CRI). Implemented above the cluster, where images and programs live,
 * and handed in when a cluster is made.
 */
export interface ContainerRuntime {
  /** Whether the name can be pulled and what that takes. Asked once per node and image; the kubelet keeps what a node has. */
  pull(image: string): PullResult;
  start(options: StartOptions): RunningContainer;
}
