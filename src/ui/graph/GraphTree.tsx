import { type KeyboardEvent, memo, type RefObject, useState } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Tile } from './layout/picture.ts';
import { expandable, type GraphTree, itemsOf, moveFocus } from './tree.ts';

export interface GraphTreeProps {
  readonly tree: GraphTree;
  readonly label: string;
  readonly tiles: ReadonlyMap<string, Tile>;
  readonly selected: string | undefined;
  readonly root: RefObject<HTMLDivElement | null>;
  readonly onFocus: (tile: string | undefined) => void;
  readonly onPick: (tile: Tile, ref: ObjectRef | undefined) => void;
}

/**
 * The graph as a tree for keyboards and screen readers: every tile with its complete text, folded pods behind their group. It is
 * not seen; the tile that has the focus is ringed in the drawing.
 */
export const GraphTreeView = memo(function GraphTreeView(props: GraphTreeProps) {
  const { tree, label, tiles, selected, root, onFocus, onPick } = props;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | undefined>();
  const items = itemsOf(tree, open);
  const reachable = items.some((item) => item.id === active) ? active : items[0]?.id;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items.find((other) => other.id === reachable);
    if (item === undefined) return;
    const tile = tiles.get(item.tile);
    if (event.key === 'Enter' && tile !== undefined) {
      event.preventDefault();
      onPick(tile, item.ref);
      return;
    }
    const group = expandable(item) && tile !== undefined;
    if (group && event.key === 'ArrowRight' && !open.has(item.id)) {
      event.preventDefault();
      setOpen(new Set([...open, item.id]));
      return;
    }
    if (group && event.key === 'ArrowLeft' && open.has(item.id)) {
      event.preventDefault();
      setOpen(new Set([...open].filter((id) => id !== item.id)));
      return;
    }
    const next = moveFocus(items, item.id, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    root.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(next)}"]`)?.focus();
  };
  return (
    <div
      className="hs-sr"
      role="tree"
      aria-label={label}
      ref={root}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onBlur={() => onFocus(undefined)}
    >
      {items.map((item) => (
        <div
          key={item.id}
          role="treeitem"
          data-item={item.id}
          aria-level={item.level}
          aria-selected={item.tile === selected && item.ref === undefined}
          aria-expanded={expandable(item) ? open.has(item.id) : undefined}
          tabIndex={item.id === reachable ? 0 : -1}
          onFocus={() => {
            setActive(item.id);
            onFocus(item.tile);
          }}
        >
          {item.name}
        </div>
      ))}
    </div>
  );
});
