import type { Point } from '../layout/picture.ts';
import { revealedUntil } from './reveal.ts';
import type { Route, Stop } from './route.ts';

export interface Badge {
  readonly hop: number;
  /** Top left of a 16 by 16 square. */
  readonly at: Point;
  readonly state: 'done' | 'now' | 'todo' | 'failed';
}

const SIZE = 16;
const STEP = 18;

/** Where the numbers of the hop list stand in the graph: at the corner of a tile, beside a door. */
export function badgesOf(route: Route, hop: number): readonly Badge[] {
  const last = revealedUntil(route.trace, hop);
  const taken = new Map<string, number>();
  const badges: Badge[] = [];
  route.stops.forEach((stop, index) => {
    if (index > last || hiddenByReturn(route, stop, index, hop)) return;
    const key = keyOf(stop);
    const stacked = taken.get(key) ?? 0;
    taken.set(key, stacked + 1);
    if (stacked > 2) return;
    const home = homeOf(stop);
    badges.push({
      hop: index,
      at: { x: Math.round(home.x + home.step * stacked), y: Math.round(home.y) },
      state:
        index === route.crossHop && index <= hop ? 'failed' : index < hop ? 'done' : index === hop ? 'now' : 'todo',
    });
  });
  return badges;
}

/** On its way back a packet meets the places of its way out: there the new number takes the place of the old. */
function hiddenByReturn(route: Route, stop: Stop, index: number, hop: number): boolean {
  if (stop.step.direction === 'reply' || route.crossHop === index) return false;
  const key = keyOf(stop);
  return route.stops.some(
    (later, at) => at > index && at <= hop && later.step.direction === 'reply' && keyOf(later) === key,
  );
}

function keyOf(stop: Stop): string {
  if (stop.spot.at === 'door' || stop.spot.at === 'bridge' || stop.spot.at === 'wire')
    return `${stop.spot.at}/${stop.spot.room?.node ?? Math.round(stop.point.x)}`;
  return stop.spot.tile?.id ?? `${Math.round(stop.point.x)}`;
}

function homeOf(stop: Stop): Point & { readonly step: number } {
  const { spot, point } = stop;
  const room = spot.room;
  if ((spot.at === 'tile' || spot.at === 'rules' || spot.at === 'outside') && spot.tile !== undefined) {
    const { x, y, w, h } = spot.tile.box;
    if (h < 30) return { x: x + w - 10, y: y - 9, step: -STEP };
    if (room?.door.side === 'left' && spot.at !== 'rules') return { x: x + w - 12, y: y - 8, step: -STEP };
    return { x: x + w - 11, y: y - (h < 34 && w < 30 ? 7 : 6), step: -STEP };
  }
  if (spot.at === 'door' && room !== undefined) {
    const { door, thin } = room;
    if (door.side === 'left') return { x: room.tracks.door.x - SIZE / 2, y: room.tracks.door.y - SIZE / 2, step: STEP };
    const y = room.box.y + room.box.h - 19;
    if (spot.tag !== undefined) return { x: spot.tag.x + spot.tag.w - 9, y: spot.tag.y - 9, step: STEP };
    if (!thin && door.to + 4 + SIZE > room.box.x + room.box.w - 3) return { x: door.from - 20, y, step: -STEP };
    return thin ? { x: door.from - 19, y, step: -STEP } : { x: door.to + 4, y, step: STEP };
  }
  if (spot.at === 'bridge' && room !== undefined) {
    const { riserX, bridgeY, trunkX } = room.tracks;
    return {
      x: Math.abs(trunkX - riserX) > 40 ? (riserX + trunkX) / 2 - SIZE / 2 : riserX - SIZE - 6,
      y: bridgeY - SIZE - 5,
      step: STEP,
    };
  }
  return { x: point.x - SIZE / 2, y: point.y - 30, step: STEP };
}
