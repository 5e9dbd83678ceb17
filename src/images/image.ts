import type { Layer } from '../machines/memory-fs.ts';

/** A container image: what it holds and what its first process is. One file each, registered in `index.ts`. */
export interface Image {
  /** Repository names without registry: `library/nginx`, `radial/busyboxplus`. */
  readonly repositories: readonly string[];
  /** Known tags; `latest` counts when listed. */
  readonly tags: readonly string[] | 'any';
  readonly sizeBytes: number;
  readonly env: readonly (readonly [string, string])[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Ports that the image says it serves: `80/tcp`. */
  readonly exposed?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  /** Files on top of the base of its kind. */
  readonly files?: Layer;
  /** Names of programs that exist inside, besides the shell; `nslookup@busybox` is one of another make. */
  readonly programs: readonly string[];
  /** Prompt of its interactive shell; `\w` is the working folder. */
  readonly prompt?: string;
  readonly shell: 'bash' | 'sh';
  /** A pull of it, first time on a node, takes about this long, in virtual milliseconds. */
  readonly pullMs: number;
}

/** Programs of a busybox userland. */
export const BUSYBOX: readonly string[] = [
  'sh',
  'ash',
  'ls',
  'cat',
  'grep',
  'egrep',
  'fgrep',
  'head',
  'tail',
  'wc',
  'sort',
  'uniq',
  'cut',
  'tr',
  'sed',
  'awk',
  'base64',
  'sleep',
  'env',
  'printenv',
  'clear',
  'seq',
  'date',
  'yes',
  'mkdir',
  'rm',
  'rmdir',
  'mv',
  'cp',
  'touch',
  'chmod',
  'ln',
  'find',
  'which',
  'whoami',
  'id',
  'hostname',
  'uname',
  'ps',
  'xargs',
  'tee',
  'tac',
  'rev',
  'nl',
  'paste',
  'basename',
  'dirname',
  'timeout',
  'ping',
  'nslookup@busybox',
  'wget',
  'ip',
  'netstat',
  'nc',
  'vi',
  'watch',
  'md5sum',
  'sha256sum',
  'df',
  'free',
  'uptime',
  'nproc',
  'true',
  'false',
  'fold',
  'stat',
  'du',
  'less',
  'more',
];

/** Programs of a slim Debian userland: coreutils and friends, no network tools. */
export const DEBIAN_SLIM: readonly string[] = [
  'bash',
  'sh',
  'ls',
  'cat',
  'grep',
  'egrep',
  'fgrep',
  'head',
  'tail',
  'wc',
  'sort',
  'uniq',
  'cut',
  'tr',
  'sed',
  'awk',
  'base64',
  'sleep',
  'env',
  'printenv',
  'clear',
  'seq',
  'date',
  'yes',
  'mkdir',
  'rm',
  'rmdir',
  'mv',
  'cp',
  'touch',
  'chmod',
  'ln',
  'find',
  'which',
  'whoami',
  'id',
  'hostname',
  'uname',
  'xargs',
  'tee',
  'tac',
  'rev',
  'nl',
  'paste',
  'basename',
  'dirname',
  'timeout',
  'md5sum',
  'sha256sum',
  'df',
  'nproc',
  'true',
  'false',
  'fold',
  'stat',
  'du',
  'diff',
];
