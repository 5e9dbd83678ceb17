/** The errors of the file system calls, with the words of strerror(3). */
export type Errno =
  | 'ENOENT'
  | 'EACCES'
  | 'EEXIST'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOTEMPTY'
  | 'EROFS'
  | 'ELOOP'
  | 'EPERM'
  | 'ENOSPC'
  | 'EINVAL'
  | 'EBUSY';

const WORDS: Record<Errno, string> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  EROFS: 'Read-only file system',
  ELOOP: 'Too many levels of symbolic links',
  EPERM: 'Operation not permitted',
  ENOSPC: 'No space left on device',
  EINVAL: 'Invalid argument',
  EBUSY: 'Device or resource busy',
};

export class FileError extends Error {
  readonly code: Errno;
  readonly path: string;

  constructor(code: Errno, path: string) {
    super(WORDS[code]);
    this.name = 'FileError';
    this.code = code;
    this.path = path;
  }
}

export interface FileInfo {
  readonly type: 'file' | 'directory' | 'symlink' | 'device';
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Bytes of the UTF-8 form. */
  readonly size: number;
  /** Milliseconds since 1970, by the simulation's calendar. */
  readonly modified: number;
  readonly target?: string;
}

/**
 * A machine's files. Paths are absolute (see {@link FileSystem.resolve}). Contents are text; bytes that are no valid UTF-8
 * are carried as lone surrogates (see text.ts), so that any file survives. All calls are synchronous and throw FileError.
 */
export interface FileSystem {
  /** Absolute, normalised form of `path` seen from `cwd`; `~` is the shell's business, not ours. */
  resolve(cwd: string, path: string): string;
  read(path: string): string;
  /** Creates or replaces; the folder must exist. */
  write(path: string, text: string, options?: { append?: boolean; mode?: number }): void;
  exists(path: string): boolean;
  /** Follows symlinks; `lstat` does not. */
  stat(path: string): FileInfo;
  lstat(path: string): FileInfo;
  /** Names in a folder, sorted by code point, without `.` and `..`. */
  list(path: string): string[];
  makeDirectory(path: string, options?: { parents?: boolean; mode?: number }): void;
  remove(path: string, options?: { recursive?: boolean }): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, owner: string, group: string): void;
  touch(path: string): void;
  /** Changes anywhere below `prefix`: what the editor watches. */
  onChange(prefix: string, listener: (path: string, kind: 'write' | 'remove') => void): () => void;
}
