import type { Place } from '../../../cluster/network/trace.ts';
import type { Box, Picture, Point, Room, Tile } from '../layout/picture.ts';
import { placeKey } from '../layout/places.ts';

/** Looks up what the routing needs to know of a picture. Made once a picture. */
export interface TrackMap {
  readonly picture: Picture;
  readonly rooms: ReadonlyMap<string, Room>;
  readonly tiles: ReadonlyMap<string, Tile>;
}

export function trackMap(picture: Picture): TrackMap {
  return {
    picture,
    rooms: new Map(picture.rooms.map((room) => [room.node, room])),
    tiles: new Map(picture.tiles.map((tile) => [tile.id, tile])),
  };
}

/** Where a place is in the picture: its tile, its room, or where on the wire. */
export interface Spot {
  readonly place: Place;
  readonly at: 'tile' | 'rules' | 'bridge' | 'door' | 'outside' | 'wire' | 'rack';
  readonly tile?: Tile;
  readonly room?: Room;
  /** The node port's tag beside a door. */
  readonly tag?: Box;
}

/** Finds a place. A node without an open room is the rack; a place of which nothing is known is the wire. */
export function spotOf(map: TrackMap, place: Place): Spot {
  const node = 'node' in place ? place.node : undefined;
  const room = node === undefined ? undefined : map.rooms.get(node);
  const known =
    map.picture.places[placeKey(place)] ??
    (place.at === 'pod' ? map.picture.places[`pod:${place.node}/${place.pod}`] : undefined);
  const tile = known === undefined ? undefined : map.tiles.get(known);
  const base = { place, ...(room === undefined ? {} : { room }), ...(tile === undefined ? {} : { tile }) };
  switch (place.at) {
    case 'pod':
      return room === undefined
        ? { ...base, at: 'rack' }
        : { ...base, at: tile === undefined || tile.kind === 'node' ? 'bridge' : 'tile' };
    case 'node':
      return room === undefined ? { ...base, at: 'rack' } : { ...base, at: tile === undefined ? 'bridge' : 'tile' };
    case 'rules':
    case 'bridge':
    case 'door':
      return room === undefined ? { ...base, at: 'rack' } : { ...base, at: place.at, ...tagOf(map, room) };
    case 'wire':
      return { ...base, at: 'wire' };
    default:
      return tile === undefined ? { ...base, at: 'wire' } : { ...base, at: 'outside' };
  }
}

function tagOf(map: TrackMap, room: Room): { readonly tag?: Box } {
  const prefix = `nodeport/${room.node}/`;
  const tile = map.picture.tiles.find((one) => one.id.startsWith(prefix));
  return tile === undefined ? {} : { tag: tile.box };
}

/** Where the wire runs nearest to the rack: packets to a folded node end there. */
function rackStreet(map: TrackMap): Point {
  const rack = map.tiles.get('rack');
  const street = map.picture.streets[0];
  if (street === undefined) return { x: 0, y: 0 };
  const x = rack === undefined ? street.to.x : rack.box.x + rack.box.w / 2;
  return map.picture.groundY === undefined ? street.to : { x, y: street.from.y };
}

/** The way from a spot out to the wire, ending on it. */
export function wayOut(map: TrackMap, spot: Spot): readonly Point[] {
  const { room, tile } = spot;
  if (spot.at === 'outside' && tile !== undefined) return outsideWay(map, tile);
  if (spot.at === 'rack') {
    const street = rackStreet(map);
    const rack = map.tiles.get('rack');
    return rack === undefined ? [street] : [{ x: street.x, y: rack.box.y + rack.box.h }, street];
  }
  if (room === undefined) return [];
  const { riserX, bridgeY, trunkX, rulesOut, door, street, ports } = room.tracks;
  const junction = { x: trunkX, y: bridgeY };
  const rest = [door, street];
  switch (spot.at) {
    case 'door':
      return rest;
    case 'bridge':
      return [{ x: riserX, y: bridgeY }, junction, ...rest];
    case 'rules':
      return [rulesOut, junction, ...rest];
    default: {
      const port = tile === undefined ? undefined : ports[tile.id];
      if (port === undefined) return [{ x: riserX, y: bridgeY }, junction, ...rest];
      return [port, { x: riserX, y: port.y }, { x: riserX, y: bridgeY }, junction, ...rest];
    }
  }
}

function outsideWay(map: TrackMap, tile: Tile): readonly Point[] {
  const street = map.picture.streets[0];
  if (street === undefined) return [];
  const { x, y, w, h } = tile.box;
  if (map.picture.groundY === undefined) {
    const end = street.to;
    return [
      { x: tile.id === 'laptop' ? x : x + w / 2, y: tile.id === 'laptop' ? y + h / 2 : y },
      ...(tile.id === 'laptop'
        ? []
        : [
            { x: x + w / 2, y: y - 7 },
            { x: end.x, y: y - 7 },
          ]),
      end,
    ];
  }
  const wireY = street.from.y;
  const onWire = y < wireY && y + h > wireY;
  return onWire
    ? [{ x: x + w, y: wireY }]
    : [
        { x: x + w / 2, y },
        { x: x + w / 2, y: wireY },
      ];
}

/** The way of a packet between two places, in the gutters. One point when they are the same spot. */
export function wayBetween(map: TrackMap, from: Spot, to: Spot): readonly Point[] {
  if (from.room !== undefined && from.room === to.room) {
    const inside = wayInside(from.room, from, to);
    if (inside !== undefined) return inside;
  }
  const out = wayOut(map, from);
  const back = [...wayOut(map, to)].reverse();
  if (out.length === 0) return back.slice(-1).concat();
  if (back.length === 0) return out;
  if (from.at === 'outside' && to.at === 'outside') return outsideHop(from, to, out, back);
  return [...out, ...back];
}

function outsideHop(from: Spot, to: Spot, out: readonly Point[], back: readonly Point[]): readonly Point[] {
  const a = from.tile?.box;
  const b = to.tile?.box;
  const start = out[0];
  if (a === undefined || b === undefined || start === undefined) return [...out, ...back];
  const level = Math.abs(a.y + a.h / 2 - (b.y + b.h / 2)) < 20;
  if (!level) return [...out, ...back];
  return a.x < b.x
    ? [
        { x: a.x + a.w, y: start.y },
        { x: b.x, y: start.y },
      ]
    : [
        { x: a.x, y: start.y },
        { x: b.x + b.w, y: start.y },
      ];
}

/** Ways that never leave the room. */
function wayInside(room: Room, from: Spot, to: Spot): readonly Point[] | undefined {
  const { riserX, bridgeY, trunkX, rulesIn, rulesOut, door, ports } = room.tracks;
  const junction = { x: trunkX, y: bridgeY };
  const corner = { x: riserX, y: bridgeY };
  const portOf = (spot: Spot) => (spot.tile === undefined ? undefined : ports[spot.tile.id]);
  const climb = (port: Point): readonly Point[] => [corner, { x: riserX, y: port.y }, port];
  const reversed = (way: readonly Point[] | undefined) => (way === undefined ? undefined : [...way].reverse());
  const key = `${from.at}>${to.at}`;
  const fromPort = portOf(from);
  const toPort = portOf(to);
  switch (key) {
    case 'tile>rules':
      return fromPort === undefined
        ? undefined
        : [fromPort, { x: riserX, y: fromPort.y }, { x: riserX, y: rulesIn.y }, rulesIn];
    case 'rules>tile':
      return toPort === undefined
        ? undefined
        : [rulesIn, { x: riserX, y: rulesIn.y }, { x: riserX, y: toPort.y }, toPort];
    case 'tile>tile':
      if (fromPort === undefined || toPort === undefined) return undefined;
      return from.tile === to.tile
        ? [fromPort]
        : [fromPort, { x: riserX, y: fromPort.y }, { x: riserX, y: toPort.y }, toPort];
    case 'bridge>tile':
      return toPort === undefined ? undefined : climb(toPort);
    case 'tile>bridge':
      return fromPort === undefined ? undefined : reversed(climb(fromPort));
    case 'rules>bridge':
      return [rulesOut, junction, corner];
    case 'bridge>rules':
      return [corner, junction, rulesOut];
    case 'rules>door':
      return [rulesOut, junction, door];
    case 'door>rules':
      return [door, junction, rulesOut];
    case 'door>bridge':
      return [door, junction, corner];
    case 'bridge>door':
      return [corner, junction, door];
    case 'door>tile':
      return toPort === undefined ? undefined : [door, junction, ...climb(toPort)];
    case 'tile>door':
      return fromPort === undefined ? undefined : [...[...climb(fromPort)].reverse(), junction, door];
    case 'door>door':
      return [door];
    case 'bridge>bridge':
      return [corner];
    case 'rules>rules':
      return [rulesOut];
    default:
      return undefined;
  }
}
