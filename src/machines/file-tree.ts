import type { MemoryFs } from './memory-fs.ts';

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

export interface FileNode extends NodeBase {
  readonly type: 'file';
  /** A function's result is kept in its place; an {@link OwnText} is another in each machine. */
  text: string | (() => string) | OwnText;
}

export interface FolderNode extends NodeBase {
  readonly type: 'directory';
  readonly entries: Map<string, TreeNode | MountPoint>;
  /** Whose it is; undefined for the folders of shared layers, which are copied before anything in them changes. */
  readonly holder: MemoryFs | undefined;
}

export interface LinkNode extends NodeBase {
  readonly type: 'symlink';
  target: string;
}

export interface DeviceNode extends NodeBase {
  readonly type: 'device';
  readonly device: 'null' | 'zero' | 'random';
}

/** Where a volume is mounted; what is in it, each machine knows by the path, and makes when somebody looks. */
export interface MountPoint extends NodeBase {
  readonly type: 'mount';
  readonly path: string;
}

export type TreeNode = FileNode | FolderNode | LinkNode | DeviceNode;

/** Stands in a shared tree for a text that each machine has its own of. */
export class OwnText {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A tree that many machines share, and what it becomes with one more volume mounted: machines with the same volumes share that. */
export interface SharedTree {
  readonly root: FolderNode;
  readonly mounted: Map<string, SharedTree>;
}

export type Layers = readonly Layer[];

const NO_LAYER: Layer = {};
const TREES = new WeakMap<Layer, Map<string, SharedTree>>();

/** The tree of some layers, with files of the machines' own at these paths: built once, shared by every machine that has the same. */
export function sharedTree(layers: readonly Layer[], own: readonly string[]): SharedTree {
  const [first = NO_LAYER] = layers;
  if (layers.length > 1) return { root: baseTree(layers, own), mounted: new Map() };
  let trees = TREES.get(first);
  if (trees === undefined) {
    trees = new Map();
    TREES.set(first, trees);
  }
  const key = own.join('\n');
  let tree = trees.get(key);
  if (tree === undefined) {
    tree = { root: baseTree(layers, own), mounted: new Map() };
    trees.set(key, tree);
  }
  return tree;
}

function baseTree(layers: readonly Layer[], own: readonly string[]): FolderNode {
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
  for (const path of own)
    place(
      root,
      path.slice(1),
      { type: 'file', text: new OwnText(path), mode: 0o644, owner: 'root', modified: undefined },
      undefined,
    );
  return root;
}

function layerFolder(mode: number): FolderNode {
  return { type: 'directory', entries: new Map(), mode, owner: 'root', modified: undefined, holder: undefined };
}

/** Puts a node into a tree that is still being built, with the folders above it. */
export function place(root: FolderNode, path: string, node: TreeNode, holder: MemoryFs | undefined): void {
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
