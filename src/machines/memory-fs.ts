import {
  type FileNode,
  type FolderNode,
  type Layer,
  type LinkNode,
  type MountPoint,
  OwnText,
  place,
  type SharedTree,
  sharedTree,
  type TreeNode,
} from './file-tree.ts';
import { FileError, type FileInfo, type FileSystem } from './filesystem.ts';
import { byteLength } from './text.ts';

export type { Layer, LayerFile } from './file-tree.ts';

/** Files of a volume, by their paths in it. */
export type VolumeFiles = ReadonlyMap<string, { readonly text: string; readonly mode: number }>;

/** A volume on its mount point. */
interface Mounted {
  readonly files: VolumeFiles | (() => VolumeFiles);
  readonly atomic: boolean;
  /** Calendar milliseconds. */
  readonly at: number;
  /** Undefined until somebody looks. */
  folder: FolderNode | undefined;
}

export interface MemoryFsOptions {
  /** Calendar milliseconds. */
  readonly now: () => number;
  readonly layers?: readonly Layer[];
  /** Small files that are another in each machine, by absolute path, made whenever they are read. The paths should be the same in all machines of the same layers. */
  readonly own?: Readonly<Record<string, () => string>>;
  readonly user?: string;
  /** Bytes for /dev/urandom, as text. */
  readonly random?: () => string;
}

/** What is kept of a machine's own files. */
export type FsSnapshot = Readonly<
  Record<string, { readonly text?: string; readonly link?: string; readonly mode: number }>
>;

const LINK_LIMIT = 40;
/** The most a file system holds, in characters: what a runaway redirection may fill. */
const SPACE = 128 * 1024 * 1024;

/**
 * A file system in memory: a tree of layers that all machines made from them share, and the machine's own changes. A folder is
 * copied when something in it changes, so that ten thousand containers of one image cost little more than one.
 */
export class MemoryFs implements FileSystem {
  private readonly options: MemoryFsOptions;
  /** What is shared with other machines. */
  private shared: SharedTree;
  /** Undefined until something is changed. */
  private tree: FolderNode | undefined;
  private readonly mounts = new Map<string, Mounted>();
  private readonly born: number;
  private readonly watchers = new Set<{ prefix: string; listener: (path: string, kind: 'write' | 'remove') => void }>();
  private readonly touched = new Set<string>();
  private readonly readOnly = new Set<string>();
  private used = 0;

  constructor(options: MemoryFsOptions) {
    this.options = options;
    this.shared = sharedTree(
      options.layers ?? NO_LAYERS,
      options.own === undefined ? NO_PATHS : Object.keys(options.own),
    );
    this.born = options.now();
  }

  resolve(cwd: string, path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
      if (part === '' || part === '.') continue;
      if (part === '..') parts.pop();
      else parts.push(part);
    }
    return `/${parts.join('/')}`;
  }

  read(path: string): string {
    const node = this.follow(path);
    if (node.type === 'directory') throw new FileError('EISDIR', path);
    if (node.type === 'device')
      return node.device === 'zero'
        ? '\0'.repeat(65_536)
        : node.device === 'random'
          ? (this.options.random?.() ?? '')
          : '';
    if (node.type === 'symlink') throw new FileError('ELOOP', path);
    return this.textOf(node);
  }

  write(path: string, text: string, options: { append?: boolean; mode?: number } = {}): void {
    const real = this.realPath(path);
    const { parent: there, name, node } = this.locate(real);
    if (node?.type === 'directory') throw new FileError('EISDIR', path);
    if (node?.type === 'device') return;
    this.guard(real);
    if (there === undefined || name === '') throw new FileError('ENOENT', path);
    // What is written over gives its space back first.
    if (options.append !== true) this.used = Math.max(0, this.used - heldBy(node));
    if (this.used + text.length > SPACE) throw new FileError('ENOSPC', path);
    const parent = this.own(real, node === undefined);
    if (node?.type === 'file') {
      const before = options.append === true ? this.read(real) : '';
      this.used += text.length;
      parent.entries.set(name, {
        ...node,
        text: before + text,
        modified: this.options.now(),
        ...(options.mode === undefined ? {} : { mode: options.mode }),
      });
    } else {
      this.used += text.length;
      parent.entries.set(name, {
        type: 'file',
        text,
        mode: options.mode ?? 0o644,
        owner: this.user,
        modified: this.options.now(),
      });
      parent.modified = this.options.now();
    }
    this.changed(real, 'write');
  }

  exists(path: string): boolean {
    const node = this.walk(path);
    if (node !== undefined) return node !== null;
    try {
      this.follow(path);
      return true;
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  }

  stat(path: string): FileInfo {
    return this.info(this.follow(path));
  }

  lstat(path: string): FileInfo {
    const { node } = this.locate(this.realPath(path, false));
    if (node === undefined) throw new FileError('ENOENT', path);
    return this.info(node);
  }

  list(path: string): string[] {
    const node = this.follow(path);
    if (node.type !== 'directory') throw new FileError('ENOTDIR', path);
    return [...node.entries.keys()].sort();
  }

  makeDirectory(path: string, options: { parents?: boolean; mode?: number } = {}): void {
    const parts = path.split('/').filter((part) => part !== '');
    let at = '';
    for (const [index, part] of parts.entries()) {
      at += `/${part}`;
      const last = index === parts.length - 1;
      const real = this.realPath(at);
      const { parent, name, node } = this.locate(real);
      if (node !== undefined) {
        if (node.type !== 'directory') throw new FileError(last ? 'EEXIST' : 'ENOTDIR', at);
        if (last && options.parents !== true) throw new FileError('EEXIST', path);
        continue;
      }
      if (parent === undefined || (!last && options.parents !== true)) throw new FileError('ENOENT', path);
      this.guard(real);
      this.own(real).entries.set(name, this.folder(options.mode ?? 0o755, this.user));
      this.changed(real, 'write');
    }
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const real = this.realPath(path, false);
    const { parent, name, node } = this.locate(real);
    if (node === undefined || parent === undefined) throw new FileError('ENOENT', path);
    this.guard(real);
    if (node.type === 'directory' && options.recursive !== true && node.entries.size > 0)
      throw new FileError('ENOTEMPTY', path);
    this.own(real).entries.delete(name);
    this.used = Math.max(0, this.used - heldBy(node));
    this.changed(real, 'remove');
  }

  rename(from: string, to: string): void {
    const source = this.realPath(from, false);
    const { parent, name, node } = this.locate(source);
    if (node === undefined || parent === undefined) throw new FileError('ENOENT', from);
    const target = this.realPath(to, false);
    const there = this.locate(target);
    if (there.parent === undefined) throw new FileError('ENOENT', to);
    if (there.node?.type === 'directory' && there.node.entries.size > 0) throw new FileError('ENOTEMPTY', to);
    this.guard(source);
    this.guard(target);
    this.own(source).entries.delete(name);
    this.own(target).entries.set(there.name, node);
    this.changed(source, 'remove');
    this.changed(target, 'write');
  }

  symlink(target: string, path: string): void {
    const real = this.realPath(path, false);
    const { parent, name, node } = this.locate(real);
    if (node !== undefined) throw new FileError('EEXIST', path);
    if (parent === undefined) throw new FileError('ENOENT', path);
    this.own(real).entries.set(name, {
      type: 'symlink',
      target,
      mode: 0o777,
      owner: this.user,
      modified: this.options.now(),
    });
    this.changed(real, 'write');
  }

  chmod(path: string, mode: number): void {
    const real = this.realPath(path);
    this.follow(path);
    this.guard(real);
    this.ownNode(real).mode = mode;
    this.changed(real, 'write');
  }

  chown(path: string, owner: string): void {
    this.follow(path);
    this.ownNode(this.realPath(path)).owner = owner;
  }

  touch(path: string): void {
    if (!this.exists(path)) {
      this.write(path, '');
      return;
    }
    const real = this.realPath(path);
    this.guard(real);
    this.ownNode(real).modified = this.options.now();
  }

  onChange(prefix: string, listener: (path: string, kind: 'write' | 'remove') => void): () => void {
    const entry = { prefix, listener };
    this.watchers.add(entry);
    return () => this.watchers.delete(entry);
  }

  /**
   * Puts files below a folder in place of what is there, past read-only: how volumes are mounted and updated. Files given by a
   * function are made when somebody looks into the folder.
   */
  mount(path: string, files: VolumeFiles | (() => VolumeFiles), options: { readOnly: boolean; atomic: boolean }): void {
    const known = this.mounts.has(path);
    this.mounts.set(path, { files, atomic: options.atomic, at: this.options.now(), folder: undefined });
    if (this.tree === undefined && !known) {
      const made = withMount(this.shared, path);
      if (made !== undefined) this.shared = made;
      else this.makeMountPoint(path);
    } else if (this.tree !== undefined) this.makeMountPoint(path);
    if (options.readOnly) this.readOnly.add(path);
    else this.readOnly.delete(path);
  }

  /** The tree with a mount point in it. @throws FileError where one machine alone must see to it: a volume in a volume */
  static mounting(shared: SharedTree, path: string): FolderNode {
    const fs = new MemoryFs({ now: () => 0 });
    fs.shared = shared;
    fs.makeMountPoint(path);
    // Folders that were made for it are as old as each machine.
    const age = (folder: FolderNode) => {
      folder.modified = undefined;
      for (const each of folder.entries.values()) if (each.type === 'directory' && each.holder === fs) age(each);
    };
    if (fs.tree !== undefined) age(fs.tree);
    return fs.root;
  }

  private makeMountPoint(path: string): void {
    const touched = new Set(this.touched);
    const readOnly = [...this.readOnly];
    this.readOnly.clear();
    try {
      this.makeDirectory(path, { parents: true });
    } finally {
      for (const each of readOnly) this.readOnly.add(each);
      // A mount is no change of the machine's own.
      for (const each of this.touched) if (!touched.has(each)) this.touched.delete(each);
    }
    const real = this.realPath(path);
    const { name, node } = this.locate(real);
    if (node?.type !== 'directory') throw new FileError('ENOTDIR', path);
    const { mode, owner, modified } = node;
    if (name !== '') this.own(real, false).entries.set(name, { type: 'mount', path, mode, owner, modified });
  }

  /** What is mounted, made when first looked at. */
  private volume(point: MountPoint): FolderNode {
    const { mode, owner, modified, path } = point;
    const mounted = this.mounts.get(path);
    if (mounted === undefined) throw new FileError('ENOENT', path);
    if (mounted.folder !== undefined) return mounted.folder;
    const folder: FolderNode = { type: 'directory', entries: new Map(), mode, owner, modified, holder: this };
    mounted.folder = folder;
    const { at, atomic } = mounted;
    const files = typeof mounted.files === 'function' ? mounted.files() : mounted.files;
    if (atomic) putAtomically(folder, files, at, this);
    else for (const [name, each] of files) place(folder, name, fileOf(each, at), this);
    return folder;
  }

  /** The machine's own changes since its layers. */
  snapshot(): FsSnapshot {
    const out: Record<string, { text?: string; link?: string; mode: number }> = {};
    for (const path of [...this.touched].sort()) {
      const { node } = this.locate(path);
      if (node?.type === 'file') out[path] = { text: this.read(path), mode: node.mode };
      else if (node?.type === 'symlink') out[path] = { link: node.target, mode: node.mode };
      else if (node?.type === 'directory') out[path] = { mode: node.mode };
    }
    return out;
  }

  restore(snapshot: FsSnapshot): void {
    for (const [path, each] of Object.entries(snapshot)) {
      const parent = path.slice(0, path.lastIndexOf('/'));
      if (parent !== '') this.makeDirectory(parent, { parents: true });
      if (each.text !== undefined) this.write(path, each.text, { mode: each.mode });
      else if (each.link !== undefined) this.symlink(each.link, path);
      else this.makeDirectory(path, { parents: true });
    }
  }

  private get user(): string {
    return this.options.user ?? 'root';
  }

  private get root(): FolderNode {
    return this.tree ?? this.shared.root;
  }

  private folder(mode: number, owner: string): FolderNode {
    return { type: 'directory', entries: new Map(), mode, owner, modified: this.options.now(), holder: this };
  }

  /** The folder that holds the last part of a path without links, made this machine's own, with all folders above it. `listed`: a name comes or goes. */
  private own(path: string, listed = true): FolderNode {
    const parts = path.split('/').filter((part) => part !== '');
    parts.pop();
    let at = this.root;
    if (at.holder !== this) {
      at = { ...at, entries: new Map(at.entries), holder: this };
      this.tree = at;
    }
    for (const part of parts) {
      const next = this.child(at, part);
      if (next?.type !== 'directory') throw new FileError('ENOENT', path);
      const mine = next.holder === this ? next : { ...next, entries: new Map(next.entries), holder: this };
      if (mine !== next) at.entries.set(part, mine);
      at = mine;
    }
    if (listed) at.modified = this.options.now();
    return at;
  }

  /** The node at a path without links, made this machine's own. */
  private ownNode(path: string): TreeNode {
    const { name, node } = this.locate(path);
    if (node === undefined) throw new FileError('ENOENT', path);
    if (name === '') {
      if (this.root.holder !== this) this.tree = { ...this.root, entries: new Map(this.root.entries), holder: this };
      return this.root;
    }
    if (node.type === 'directory' && node.holder === this) return node;
    const mine: TreeNode =
      node.type === 'directory' ? { ...node, entries: new Map(node.entries), holder: this } : { ...node };
    this.own(path, false).entries.set(name, mine);
    return mine;
  }

  /** Follows links to the last; @throws ENOENT, ENOTDIR, ELOOP */
  private follow(path: string): TreeNode {
    const found = this.walk(path);
    if (found !== undefined && found !== null) return found;
    const { node } = this.locate(this.realPath(path));
    if (node === undefined) throw new FileError('ENOENT', path);
    return node;
  }

  /**
   * The node at a path in which nothing has to be followed, as in nearly all; null when there is certainly none, undefined when
   * it takes a closer look.
   */
  private walk(path: string): TreeNode | null | undefined {
    let at: TreeNode = this.root;
    let from = 0;
    while (from < path.length) {
      if (path.charCodeAt(from) === SLASH) {
        from++;
        continue;
      }
      if (at.type !== 'directory' || path.charCodeAt(from) === DOT) return undefined;
      const slash = path.indexOf('/', from);
      const to = slash < 0 ? path.length : slash;
      const next = this.child(at, path.slice(from, to));
      if (next === undefined) return null;
      if (next.type === 'symlink') return undefined;
      at = next;
      from = to;
    }
    return at;
  }

  private child(folder: FolderNode, name: string): TreeNode | undefined {
    const node = folder.entries.get(name);
    return node?.type === 'mount' ? this.volume(node) : node;
  }

  private textOf(node: FileNode): string {
    const { text } = node;
    if (typeof text === 'string') return text;
    if (text instanceof OwnText) return this.options.own?.[text.path]?.() ?? '';
    node.text = text();
    return node.text;
  }

  /** The path with every link followed, the last one only when `last`. The last part need not exist. */
  private realPath(path: string, last = true): string {
    let parts = path.split('/').filter((part) => part !== '');
    const done: string[] = [];
    let links = 0;
    let at: TreeNode = this.root;
    while (parts.length > 0) {
      const part = parts.shift() ?? '';
      if (part === '.') continue;
      if (part === '..') {
        done.pop();
        at = this.locate(`/${done.join('/')}`).node ?? this.root;
        continue;
      }
      if (at.type !== 'directory') throw new FileError(at.type === 'file' ? 'ENOTDIR' : 'ENOENT', path);
      const next: TreeNode | undefined = this.child(at, part);
      if (next?.type === 'symlink' && (parts.length > 0 || last)) {
        if (++links > LINK_LIMIT) throw new FileError('ELOOP', path);
        const target = next.target.split('/').filter((each) => each !== '');
        if (next.target.startsWith('/')) {
          done.length = 0;
          at = this.root;
        }
        parts = [...target, ...parts];
        continue;
      }
      done.push(part);
      if (next === undefined) {
        if (parts.length > 0) throw new FileError('ENOENT', path);
        break;
      }
      at = next;
    }
    return `/${done.join('/')}`;
  }

  /** The node at a path without links. */
  private locate(path: string): { parent: FolderNode | undefined; name: string; node: TreeNode | undefined } {
    const parts = path.split('/').filter((part) => part !== '');
    const name = parts.pop();
    let at: FolderNode = this.root;
    if (name === undefined) return { parent: undefined, name: '', node: at };
    for (const part of parts) {
      const next = this.child(at, part);
      if (next?.type !== 'directory') return { parent: undefined, name, node: undefined };
      at = next;
    }
    return { parent: at, name, node: this.child(at, name) };
  }

  private info(node: TreeNode): FileInfo {
    const text = node.type === 'file' ? this.textOf(node) : '';
    return {
      type: node.type,
      mode: node.mode,
      owner: node.owner,
      group: node.owner,
      size:
        node.type === 'file'
          ? byteLength(text)
          : node.type === 'directory'
            ? 4096
            : node.type === 'symlink'
              ? node.target.length
              : 0,
      modified: node.modified ?? this.born,
      ...(node.type === 'symlink' ? { target: node.target } : {}),
    };
  }

  private guard(path: string): void {
    for (const prefix of this.readOnly)
      if (path === prefix || path.startsWith(`${prefix}/`)) throw new FileError('EROFS', path);
  }

  private changed(path: string, kind: 'write' | 'remove'): void {
    if (kind === 'write') this.touched.add(path);
    else for (const each of this.touched) if (each === path || each.startsWith(`${path}/`)) this.touched.delete(each);
    for (const { prefix, listener } of this.watchers)
      if (path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)) listener(path, kind);
  }
}

const NO_LAYERS: readonly Layer[] = [];
const NO_PATHS: readonly string[] = [];
const [SLASH, DOT] = [47, 46];

/** The shared tree with a mount point: worked out once for each set of volumes. */
function withMount(shared: SharedTree, path: string): SharedTree | undefined {
  const known = shared.mounted.get(path);
  if (known !== undefined) return known;
  try {
    const made = { root: MemoryFs.mounting(shared, path), mounted: new Map() };
    shared.mounted.set(path, made);
    return made;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** The kubelet's atomic writer: files in a dated folder, ..data pointing at it, a link per name. */
function putAtomically(folder: FolderNode, files: VolumeFiles, at: number, holder: MemoryFs): void {
  const stamp = `..${new Date(at).toISOString().slice(0, 19).replaceAll('-', '_').replace('T', '_').replaceAll(':', '_')}.${Math.floor((at * 1000) % 4_294_967_296)}`;
  const data: FolderNode = { type: 'directory', entries: new Map(), mode: 0o755, owner: 'root', modified: at, holder };
  for (const [name, each] of files) place(data, name, fileOf(each, at), holder);
  // As on the kubelet's own disk: everybody may look.
  folder.mode = 0o777;
  folder.entries.set(stamp, data);
  const link = (target: string): LinkNode => ({ type: 'symlink', target, mode: 0o777, owner: 'root', modified: at });
  folder.entries.set('..data', link(stamp));
  for (const name of new Set([...files.keys()].map((each) => each.split('/')[0] ?? each)))
    folder.entries.set(name, link(`..data/${name}`));
}

function fileOf({ text, mode }: { readonly text: string; readonly mode: number }, modified: number): FileNode {
  return { type: 'file', text, mode, owner: 'root', modified };
}

/** The characters that a file, or all files of a folder, take up. */
function heldBy(node: TreeNode | MountPoint | undefined): number {
  if (node?.type === 'file') return typeof node.text === 'string' ? node.text.length : 0;
  if (node?.type !== 'directory') return 0;
  let sum = 0;
  for (const each of node.entries.values()) sum += heldBy(each);
  return sum;
}
