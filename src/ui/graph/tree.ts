import type { Picture, Tile } from './layout/picture.ts';

/** The order in which a keyboard or a screen reader walks the graph: Services, then each room with what stands in it, then the outside. */
export interface GraphTree {
  readonly order: readonly Tile[];
  readonly level: ReadonlyMap<string, number>;
  readonly parent: ReadonlyMap<string, string>;
}

export function treeOf(picture: Picture): GraphTree {
  const children = new Map<string, Tile[]>();
  const ids = new Set(picture.tiles.map((tile) => tile.id));
  const roots: Tile[] = [];
  for (const tile of picture.tiles) {
    if (tile.parent !== undefined && ids.has(tile.parent)) {
      const list = children.get(tile.parent);
      if (list === undefined) children.set(tile.parent, [tile]);
      else list.push(tile);
    } else roots.push(tile);
  }
  const order: Tile[] = [];
  const level = new Map<string, number>();
  const parent = new Map<string, string>();
  const visit = (tile: Tile, depth: number) => {
    order.push(tile);
    level.set(tile.id, depth);
    for (const child of children.get(tile.id) ?? []) {
      parent.set(child.id, tile.id);
      visit(child, depth + 1);
    }
  };
  for (const tile of roots) visit(tile, 1);
  return { order, level, parent };
}

/** Where an arrow key leads from a tile; undefined when it leads nowhere. Without a tile it leads to the first. */
export function moveFocus(tree: GraphTree, from: string | undefined, key: string): string | undefined {
  const index = tree.order.findIndex((tile) => tile.id === from);
  const at = (position: number) => tree.order[position]?.id;
  if (index < 0) return at(0);
  switch (key) {
    case 'ArrowDown':
      return at(index + 1);
    case 'ArrowUp':
      return at(index - 1);
    case 'ArrowLeft':
      return from === undefined ? undefined : tree.parent.get(from);
    case 'ArrowRight': {
      const next = tree.order[index + 1];
      return next !== undefined && tree.parent.get(next.id) === from ? next.id : undefined;
    }
    case 'Home':
      return at(0);
    case 'End':
      return at(tree.order.length - 1);
    default:
      return undefined;
  }
}
