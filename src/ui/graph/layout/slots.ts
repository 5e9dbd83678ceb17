/**
 * Which slot of its room each object has. An object keeps its slot while others come and go, so that nothing in the graph jumps;
 * a newcomer takes the first free one. The memory goes into a layout and a new one comes out: the layout itself keeps nothing.
 */
export interface SlotMemory {
  /** Nodes in the order of their rooms. */
  readonly rooms: readonly string[];
  /** By room: the occupant of each slot, or null when it is free. */
  readonly slots: Readonly<Record<string, readonly (string | null)[]>>;
  /** Rooms that stay open beside a rack, oldest first. */
  readonly open: readonly string[];
}

export const NO_SLOTS: SlotMemory = { rooms: [], slots: {}, open: [] };

/** Rooms keep their order; new ones go to the end; those that left make place. */
export function placeRooms(before: readonly string[], now: readonly string[]): readonly string[] {
  const present = new Set(now);
  const kept = before.filter((name) => present.has(name));
  const known = new Set(kept);
  return [...kept, ...now.filter((name) => !known.has(name))];
}

/**
 * Gives every occupant a slot. Holes stay as long as all fit into `limit` slots; then the room closes ranks in the order it has.
 */
export function placeInRoom(
  before: readonly (string | null)[] | undefined,
  now: readonly string[],
  limit: number,
): readonly (string | null)[] {
  const present = new Set(now);
  const slots: (string | null)[] = (before ?? []).map((uid) => (uid !== null && present.has(uid) ? uid : null));
  const seated = new Set(slots);
  let free = 0;
  for (const uid of now) {
    if (seated.has(uid)) continue;
    while (free < slots.length && slots[free] !== null) free++;
    slots[free] = uid;
  }
  while (slots.length > 0 && slots[slots.length - 1] === null) slots.pop();
  if (slots.length <= Math.max(limit, now.length)) return slots;
  return slots.filter((uid) => uid !== null);
}
