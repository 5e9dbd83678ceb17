import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Picture, Tile } from './layout/picture.ts';

/** The order in which a keyboard or a screen reader walks the graph: Services, then each room with what stands in it, then the outside. */
export interface GraphTree {
  readonly order: readonly Tile[];
  readonly level: ReadonlyMap<string, number>;
}

/** One line of the tree: a tile, or a pod folded into one. */
export interface TreeItem {
  readonly id: string;
  readonly tile: string;
  readonly name: string;
  readonly level: number;
  /** The folded pod; absent for the tile itself. */
  readonly ref?: ObjectRef;
  /** How many folded pods it holds. */
  readonly holds: number;
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
  const visit = (tile: Tile, depth: number) => {
    order.push(tile);
    level.set(tile.id, depth);
    for (const child of children.get(tile.id) ?? []) visit(child, depth + 1);
  };
  for (const tile of roots) visit(tile, 1);
  return { order, level };
}

/** The lines to show: every tile, and the pods of the groups that are open. */
export function itemsOf(tree: GraphTree, open: ReadonlySet<string>): readonly TreeItem[] {
  const items: TreeItem[] = [];
  for (const tile of tree.order) {
    const level = tree.level.get(tile.id) ?? 1;
    const members = tile.members ?? [];
    items.push({ id: tile.id, tile: tile.id, name: tile.name, level, holds: members.length });
    if (!open.has(tile.id)) continue;
    for (const member of members)
      items.push({
        id: `${tile.id}#${member.uid}`,
        tile: tile.id,
        name: member.name,
        level: level + 1,
        ref: member.ref,
        holds: 0,
      });
  }
  return items;
}

export function expandable(item: TreeItem): boolean {
  return item.holds > 0;
}

/** Where an arrow key leads from an item; undefined when it leads nowhere. Without an item it leads to the first. */
export function moveFocus(items: readonly TreeItem[], from: string | undefined, key: string): string | undefined {
  const index = items.findIndex((item) => item.id === from);
  const here = items[index];
  if (here === undefined) return items[0]?.id;
  switch (key) {
    case 'ArrowDown':
      return items[index + 1]?.id;
    case 'ArrowUp':
      return items[index - 1]?.id;
    case 'ArrowLeft':
      return items.slice(0, index).findLast((item) => item.level < here.level)?.id;
    case 'ArrowRight': {
      const next = items[index + 1];
      return next !== undefined && next.level > here.level ? next.id : undefined;
    }
    case 'Home':
      return items[0]?.id;
    case 'End':
      return items[items.length - 1]?.id;
    default:
      return undefined;
  }
}
