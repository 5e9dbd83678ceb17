import { FileError, type FileInfo, type FileSystem } from './filesystem.ts';
import { byteLength } from './text.ts';

/** A file of a shared layer: its text, made when first read, and its mode; or a symbolic link. */
export interface LayerFile {
  readonly text?: string | (() => string);
  /** Target of a symbolic link; `text` is ignored then. */
  readonly link?: string;
  readonly mode?: number;
  /** Calendar milliseconds; when the machine was made, if absent. */
  readonly modified?: number;
  readonly owner?: string;
}

/** Files that many machines share, by absolute path. A machine that writes to one gets its own copy. */
export type Layer = Readonly<Record<string, LayerFile | string>>;

interface NodeBase {
  mode: number;
  owner: string;
  /** Calendar milliseconds; undefined: as old as the machine. */
  modified: number | undefined;
}

interface FileNode extends NodeBase {
  readonly type: 'file';
  text: string | (() => string);
}

interface FolderNode extends NodeBase {
  readonly type: 'directory';
  readonly entries: Map<string, TreeNode>;
  /** Whose it is; undefined for the folders of shared layers, which are copied before anything in them changes. */
  readonly holder: MemoryFs | undefined;
}

interface LinkNode extends NodeBase {
  readonly type: 'symlink';
  target: string;
}

interface DeviceNode extends NodeBase {
  readonly type: 'device';
  readonly device: 'null' | 'zero' | 'random';
}

type TreeNode = FileNode | FolderNode | LinkNode | DeviceNode;

export interface MemoryFsOptions {
  /** Calendar milliseconds. */
  readonly now: () => number;
  readonly layers?: readonly Layer[];
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
  private tree: FolderNode | undefined;
  private readonly born: number;
  private readonly watchers = new Set<{ prefix: string; listener: (path: string, kind: 'write' | 'remove') => void }>();
  private readonly touched = new Set<string>();
  private readonly readOnly = new Set<string>();
  private used = 0;

  constructor(options: MemoryFsOptions) {
    this.options = options;
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
    if (typeof node.text === 'function') node.text = node.text();
    return node.text;
  }

  write(path: string, text: string, options: { append?: boolean; mode?: number } = {}): void {
    const real = this.realPath(path);
    const { parent: there, name, node } = this.locate(real);
    if (node?.type === 'directory') throw new FileError('EISDIR', path);
    if (node?.type === 'device') return;
    this.guard(real);
    if (there === undefined || name === '') throw new FileError('ENOENT', path);
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

  /** Puts files below a folder in place of what is there, past read-only: how volumes are mounted and updated. */
  mount(
    path: string,
    files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>,
    options: { readOnly: boolean; atomic: boolean },
  ): void {
    this.readOnly.delete(path);
    this.makeDirectory(path, { parents: true });
    const real = this.realPath(path);
    const node = this.ownNode(real);
    if (node.type !== 'directory') throw new FileError('ENOTDIR', path);
    node.entries.clear();
    const now = this.options.now();
    const file = (text: string, mode: number): FileNode => ({ type: 'file', text, mode, owner: 'root', modified: now });
    if (!options.atomic) for (const [name, each] of files) place(node, name, file(each.text, each.mode), this);
    else {
      // The kubelet's atomic writer: files in a dated folder, ..data pointing at it, a link per name.
      const stamp = `..${new Date(now).toISOString().slice(0, 19).replaceAll('-', '_').replace('T', '_').replaceAll(':', '_')}.${String(now % 1_000_000_000).padStart(9, '0')}`;
      const data = this.folder(0o755, 'root');
      for (const [name, each] of files) place(data, name, file(each.text, each.mode), this);
      node.entries.set(stamp, data);
      const link = (target: string): LinkNode => ({
        type: 'symlink',
        target,
        mode: 0o777,
        owner: 'root',
        modified: now,
      });
      node.entries.set('..data', link(stamp));
      for (const name of new Set([...files.keys()].map((each) => each.split('/')[0] ?? each)))
        node.entries.set(name, link(`..data/${name}`));
    }
    if (options.readOnly) this.readOnly.add(path);
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
    this.tree ??= baseTree(this.options.layers ?? NO_LAYERS);
    return this.tree;
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
      const next = at.entries.get(part);
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
    const { node } = this.locate(this.realPath(path));
    if (node === undefined) throw new FileError('ENOENT', path);
    return node;
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
      const next: TreeNode | undefined = at.entries.get(part);
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
      const next = at.entries.get(part);
      if (next?.type !== 'directory') return { parent: undefined, name, node: undefined };
      at = next;
    }
    return { parent: at, name, node: at.entries.get(name) };
  }

  private info(node: TreeNode): FileInfo {
    const text = node.type === 'file' ? (typeof node.text === 'function' ? node.text() : node.text) : '';
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
const TREES = new WeakMap<readonly Layer[], FolderNode>();

/** The tree of some layers: built once, shared by every machine that has the same list of layers. */
function baseTree(layers: readonly Layer[]): FolderNode {
  const known = TREES.get(layers);
  if (known !== undefined) return known;
  const root = layerFolder(0o755);
  for (const name of ['bin', 'dev', 'etc', 'proc', 'tmp', 'usr', 'var', 'root'])
    root.entries.set(name, layerFolder(name === 'tmp' ? 0o1777 : name === 'root' ? 0o700 : 0o755));
  const devices = layerFolder(0o755);
  root.entries.set('dev', devices);
  for (const [name, device] of [
    ['null', 'null'],
    ['zero', 'zero'],
    ['urandom', 'random'],
    ['random', 'random'],
  ] as const)
    devices.entries.set(name, { type: 'device', device, mode: 0o666, owner: 'root', modified: undefined });
  for (const layer of layers) {
    for (const [path, each] of Object.entries(layer)) {
      const { text = '', link, mode, modified, owner = 'root' } = typeof each === 'string' ? { text: each } : each;
      const base = { owner, modified };
      if (path.endsWith('/')) place(root, path.slice(1, -1), { ...layerFolder(mode ?? 0o755), ...base }, undefined);
      else if (link !== undefined)
        place(root, path.slice(1), { type: 'symlink', target: link, mode: 0o777, ...base }, undefined);
      else place(root, path.slice(1), { type: 'file', text, mode: mode ?? 0o644, ...base }, undefined);
    }
  }
  TREES.set(layers, root);
  return root;
}

function layerFolder(mode: number): FolderNode {
  return { type: 'directory', entries: new Map(), mode, owner: 'root', modified: undefined, holder: undefined };
}

/** Puts a node into a tree that is still being built, with the folders above it. */
function place(root: FolderNode, path: string, node: TreeNode, holder: MemoryFs | undefined): void {
  const parts = path.split('/');
  let at = root;
  for (const part of parts.slice(0, -1)) {
    const next = at.entries.get(part);
    if (next?.type === 'directory') at = next;
    else {
      const made = { ...layerFolder(0o755), holder, modified: root.modified };
      at.entries.set(part, made);
      at = made;
    }
  }
  const name = parts.at(-1) ?? '';
  const there = at.entries.get(name);
  // A folder that a layer names again keeps what is in it.
  if (node.type === 'directory' && there?.type === 'directory') {
    there.mode = node.mode;
    there.owner = node.owner;
  } else at.entries.set(name, node);
}
