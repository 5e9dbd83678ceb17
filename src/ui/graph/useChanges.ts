import { useEffect, useRef, useState } from 'react';
import type { Picture, Tile } from './layout/picture.ts';

/** How long a tile that left is still drawn, fading. */
const LEAVE = 300;
/** In large pictures coming and going is not animated. */
const MOST_ANIMATED = 260;

export interface Changes {
  readonly entering: ReadonlySet<string>;
  readonly leaving: readonly Tile[];
  /** By tile: a number that grows each time its object changes. */
  readonly glow: ReadonlyMap<string, number>;
}

interface Memory {
  picture: Picture | undefined;
  tiles: ReadonlyMap<string, Tile>;
  changes: Changes;
  glow: Map<string, number>;
  leaving: { readonly tile: Tile; readonly until: number }[];
}

const LASTING = new Set<Tile['kind']>(['pod', 'shell', 'service', 'thin-service', 'mount', 'container', 'group']);

/** Compares each picture with the one before: what appeared, what left, what changed. */
export function useChanges(picture: Picture | undefined): Changes {
  const memory = useRef<Memory>({
    picture: undefined,
    tiles: new Map(),
    changes: { entering: new Set(), leaving: [], glow: new Map() },
    glow: new Map(),
    leaving: [],
  });
  const [, refresh] = useState(0);
  const now = memory.current;
  if (picture !== undefined && picture !== now.picture) compare(now, picture);
  const leaving = now.changes.leaving.length;
  useEffect(() => {
    if (leaving === 0) return;
    const timer = setTimeout(() => {
      const time = performance.now();
      const held = memory.current;
      held.leaving = held.leaving.filter((one) => one.until > time);
      held.changes = { ...held.changes, leaving: held.leaving.map((one) => one.tile) };
      refresh((count) => count + 1);
    }, LEAVE + 20);
    return () => clearTimeout(timer);
  }, [leaving]);
  return now.changes;
}

function compare(memory: Memory, picture: Picture): void {
  const before = memory.tiles;
  const tiles = new Map(picture.tiles.map((tile) => [tile.id, tile]));
  const first = memory.picture === undefined || memory.picture.density !== picture.density;
  const entering = new Set<string>();
  const time = typeof performance === 'undefined' ? 0 : performance.now();
  if (!first && picture.tiles.length <= MOST_ANIMATED) {
    for (const tile of picture.tiles) {
      const old = before.get(tile.id);
      if (old === undefined) entering.add(tile.id);
      else if (old.stamp !== tile.stamp && tile.stamp !== undefined && old.stamp !== undefined)
        memory.glow.set(tile.id, (memory.glow.get(tile.id) ?? 0) + 1);
    }
    for (const [id, tile] of before) {
      if (!tiles.has(id) && LASTING.has(tile.kind)) memory.leaving.push({ tile, until: time + LEAVE });
    }
  } else memory.leaving = [];
  memory.leaving = memory.leaving.filter((one) => one.until > time && !tiles.has(one.tile.id));
  memory.picture = picture;
  memory.tiles = tiles;
  memory.changes = { entering, leaving: memory.leaving.map((one) => one.tile), glow: new Map(memory.glow) };
}
