import type { TraceStep, Tuple } from '../../../cluster/network/trace.ts';
import type { Point, Room } from '../layout/picture.ts';
import { isReplyLeg } from './reveal.ts';
import type { Route } from './route.ts';
import type { TrackMap } from './tracks.ts';

/** One line of a flag: a field of the packet, and its value. */
export interface FlagLine {
  readonly label: string;
  readonly value: string;
  /** Was rewritten on the way: lit. */
  readonly changed: boolean;
  /** The value it had, struck. */
  readonly old?: boolean;
  /** A hairline above: the next pair of a stack. */
  readonly rule?: boolean;
}

export interface Flag {
  readonly id: string;
  readonly lines: readonly FlagLine[];
  /** The room it stands still in; absent for the flag that goes with the packet. */
  readonly room?: Room;
  readonly hot: boolean;
  /** The hop at which it was rewritten. */
  readonly step?: number;
  /** One line: label, the value it had (struck), an arrow, the value it has. */
  readonly inline?: boolean;
}

/** `src 10.240.0.7:52514`: port 0 (ICMP) is left out. */
function end(address: string, port: number): string {
  return port === 0 ? address : `${address}:${port}`;
}

/** What the packet carries after the step at `hop`. */
function carried(steps: readonly TraceStep[], hop: number): Tuple | undefined {
  const step = steps[hop];
  return step?.after ?? step?.before;
}

/** The flag that goes with the packet on its way from a hop to the next one. */
export function travelFlag(
  route: Route,
  hop: number,
  nameOf: (address: string) => string | undefined,
): Flag | undefined {
  const { steps } = route.trace;
  const step = steps[hop];
  const next = steps[hop + 1];
  if (step === undefined) return undefined;
  const back = next !== undefined && isReplyLeg(step, next);
  const turning = back && step.direction === 'request';
  const tuple = turning ? next.before : carried(steps, hop);
  if (tuple === undefined) return undefined;
  const first = back ? (turning ? next : steps.find((other) => other.direction === 'reply')) : steps[0];
  const original = first?.before ?? tuple;
  const withName = (address: string, port: number) => {
    const name = nameOf(address);
    return name === undefined ? end(address, port) : `${end(address, port)} (${name})`;
  };
  const src = {
    label: 'src',
    value: withName(tuple.src, tuple.srcPort),
    changed: tuple.src !== original.src || tuple.srcPort !== original.srcPort,
  };
  const query = step.facts?.['query'];
  if (step.packet === 'dns' && query !== undefined) {
    const answer = step.facts?.['answer'];
    const reply = back && answer !== undefined;
    return {
      id: 'travel',
      lines: [
        reply ? { label: 'A', value: answer, changed: true } : { label: 'A?', value: query, changed: true },
        { ...src, changed: false },
      ],
      hot: true,
    };
  }
  return {
    id: 'travel',
    lines: [
      src,
      {
        label: 'dst',
        value: withName(tuple.dst, tuple.dstPort),
        changed: tuple.dst !== original.dst || tuple.dstPort !== original.dstPort,
      },
    ],
    hot: true,
  };
}

/** The rewrites of one step, stacked in the order they happen: old struck, new below. */
export function rewriteLines(step: TraceStep): readonly FlagLine[] {
  const { before, after } = step;
  if (after === undefined) return [];
  const lines: FlagLine[] = [];
  const pair = (label: string, old: string, now: string) => {
    if (old === now) return;
    lines.push(
      { label, value: old, changed: false, old: true, ...(lines.length > 0 ? { rule: true } : {}) },
      { label, value: now, changed: true },
    );
  };
  pair('dst', end(before.dst, before.dstPort), end(after.dst, after.dstPort));
  pair('src', end(before.src, before.srcPort), end(after.src, after.srcPort));
  return lines;
}

/** Flags that stand under the rules where an address was rewritten, for what happened up to `hop`. */
export function rewriteFlags(route: Route, hop: number): readonly Flag[] {
  const flags = new Map<string, Flag>();
  route.trace.steps.forEach((step, index) => {
    if (index > hop || step.place.at !== 'rules') return;
    const room = route.stops[index]?.spot.room;
    const lines = rewriteLines(step);
    if (room?.flag === undefined || lines.length === 0) return;
    flags.set(room.node, { id: `rewrite/${room.node}`, lines, room, hot: index === hop, step: index });
  });
  return [...flags.values()];
}

/** The travelling flag where there is only room for one line: the destination, and what it was before. */
export function inlineFlag(flag: Flag, route: Route, hop: number): Flag {
  const main =
    flag.lines.find((line) => line.changed) ?? flag.lines.find((line) => line.label === 'dst') ?? flag.lines[0];
  if (main === undefined) return flag;
  const original = route.trace.steps[0]?.before;
  const old =
    main.changed && main.label === 'dst' && original !== undefined && route.trace.steps[hop]?.direction === 'request'
      ? [{ label: 'dst', value: end(original.dst, original.dstPort), changed: false, old: true }]
      : [];
  return { ...flag, inline: true, lines: [...old, main] };
}

/** Where the travelling flag stands while the packet's head is at a point: in its room's free space, or under the wire. */
export function flagAnchor(
  map: TrackMap,
  head: Point,
  width: number,
  height: number,
): { readonly x: number; readonly y: number; readonly tip: 'up' | 'left' | 'none'; readonly room?: string } {
  const { picture } = map;
  const ground = picture.groundY;
  if (ground === undefined) return phoneAnchor(map, head, height);
  const room = roomAt(picture.rooms, head);
  const inside = room === undefined || head.y >= ground ? undefined : flagHome(room, width, height);
  if (room !== undefined && inside !== undefined) return { ...inside, tip: 'none', room: room.node };
  const street = picture.streets[0];
  const wireY = street?.from.y ?? ground;
  const machines = picture.tiles.filter((tile) => tile.kind === 'outside' && tile.box.x + tile.box.w < head.x);
  const least = Math.max(14, ...machines.map((tile) => tile.box.x + tile.box.w + 7));
  const most = picture.width - width - 14;
  const near = Math.min(Math.max(14, head.x - width / 2, Math.min(least, head.x - 12)), most);
  // A low picture has little room below the wire: then closer to it, rather than cut off.
  const y = Math.max(wireY + 6, Math.min(wireY + 15.5, picture.height - height - 4));
  // Among the machines on the wire it stands beside them all: the one that a packet leaves has to be seen then.
  const outside = picture.tiles.filter((tile) => tile.kind === 'outside').map(({ box }) => box);
  const covers = outside.some(
    (box) => near < box.x + box.w + 4 && near + width > box.x - 4 && y < box.y + box.h + 3 && y + height > box.y,
  );
  const x = covers ? Math.min(Math.max(...outside.map((box) => box.x + box.w)) + 9, most) : near;
  const under = head.x > x + 6 && head.x < x + width - 6;
  return { x, y, tip: under && Math.abs(head.y - wireY) < 8 ? 'up' : 'none' };
}

/** Where a flag of a size stands in a room: centred on the trunk, not higher than needed. Undefined when it does not fit. */
export function flagHome(room: Room, width: number, height: number): Point | undefined {
  const free = room.flag;
  if (free === undefined || width > free.w || height > free.h) return undefined;
  const x = Math.min(Math.max(room.tracks.trunkX - width / 2, free.x), free.x + free.w - width);
  return { x, y: free.y + Math.min(20, (free.h - height) / 2) };
}

function roomAt(rooms: readonly Room[], head: Point): Room | undefined {
  return rooms.find(
    (room) =>
      head.x >= room.box.x &&
      head.x <= room.box.x + room.box.w &&
      head.y >= room.box.y &&
      head.y <= room.box.y + room.box.h + 6,
  );
}

/** On a phone the flag stands in the gap between two rooms, next to the wire. */
function phoneAnchor(
  map: TrackMap,
  head: Point,
  height: number,
): { readonly x: number; readonly y: number; readonly tip: 'up' | 'left' | 'none' } {
  const rooms = map.picture.rooms;
  let best = { y: head.y, distance: Number.POSITIVE_INFINITY };
  rooms.forEach((room, index) => {
    const bottom = room.box.y + room.box.h;
    const next = rooms[index + 1];
    if (next === undefined && index > 0) return;
    const middle = next === undefined ? bottom + 9 + height / 2 : (bottom + next.box.y) / 2;
    const distance = Math.abs(middle - head.y);
    if (distance < best.distance) best = { y: middle, distance };
  });
  const onWire = head.x < 40;
  return { x: 48, y: best.y - height / 2, tip: onWire && best.distance < 24 ? 'left' : 'none' };
}
