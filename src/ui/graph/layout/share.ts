import type { Caption, Picture, Room, Tile } from './picture.ts';

/**
 * Reuses the objects of the previous picture where nothing changed, so that a component that was drawn with one need not draw
 * again. Cost is linear in the size of the picture.
 */
export function shareWith(before: Picture | undefined, now: Picture): Picture {
  if (before === undefined) return now;
  const tiles = new Map(before.tiles.map((tile) => [tile.id, tile]));
  const rooms = new Map(before.rooms.map((room) => [room.node, room]));
  const captions = new Map(before.captions.map((caption) => [caption.id, caption]));
  const shared: Picture = {
    ...now,
    tiles: now.tiles.map((tile): Tile => share(tiles.get(tile.id), tile)),
    rooms: now.rooms.map((room): Room => share(rooms.get(room.node), room)),
    captions: now.captions.map((caption): Caption => share(captions.get(caption.id), caption)),
  };
  return same(before, shared) ? before : shared;
}

function share<T extends object>(before: T | undefined, now: T): T {
  if (before === undefined || same(before, now)) return before ?? now;
  const result = { ...now } as Record<string, unknown>;
  const old = before as Record<string, unknown>;
  for (const [key, value] of Object.entries(now)) {
    const was = old[key];
    if (typeof value === 'object' && value !== null && typeof was === 'object' && was !== null && same(was, value))
      result[key] = was;
  }
  return result as T;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (!same(a[index], b[index])) return false;
    return true;
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys)
    if (!same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  return true;
}
