import type { SceneNode } from '../../../playground/scene.ts';
import { layCanopies } from './canopies.ts';
import type { LayoutContext } from './context.ts';
import { groupTiles, squaresFor } from './fold.ts';
import type { LaidPicture } from './layout.ts';
import { nodeTile } from './node.ts';
import { layOutside } from './outside.ts';
import type { Box, Caption, Point, Room, Tile } from './picture.ts';
import { podTile, shellTile } from './pods.ts';
import { rulesTile } from './rules.ts';
import { placeInRoom, type SlotMemory } from './slots.ts';
import { round, text } from './text.ts';

/** At most this many rooms are drawn on a phone; the path comes first. */
const MOST_ROOMS = 6;

/** Rooms stacked, the wire at their left: rules in the left column, workloads in the right. */
export function layPhone(context: LayoutContext, order: readonly string[], memory: SlotMemory): LaidPicture {
  const { m, scene } = context;
  const captions: Caption[] = [];
  const left = m.margin + 0.5;
  const right = context.width - m.margin - 0.5;
  const canopies = layCanopies(context, left, right);
  const tiles: Tile[] = [...canopies.tiles];
  const rooms: Room[] = [];
  const slots: Record<string, readonly (string | null)[]> = { ...memory.slots };
  const byName = new Map(scene.nodes.map((node) => [node.name, node]));
  const path = context.highlights?.nodes ?? [];
  const names = [...path.filter((name) => byName.has(name)), ...order.filter((name) => !path.includes(name))].slice(
    0,
    MOST_ROOMS,
  );
  const shownNodes = order.filter((name) => names.includes(name)).flatMap((name) => byName.get(name) ?? []);
  const top = Math.round(canopies.bottom + m.tetherGap);
  let y = top;
  const roomX = 46;
  let tieY = canopies.tieY;
  for (const node of shownNodes) {
    const laid = phoneRoom(context, node, { x: roomX, y, w: right - roomX, h: 0 }, tieY, memory, slots);
    rooms.push(laid.room);
    tiles.push(...laid.tiles);
    captions.push(...laid.captions);
    y += laid.room.box.h;
    tieY = y;
    y += m.roomGap;
  }
  y += -m.roomGap + 18;
  const hidden = scene.nodes.length - shownNodes.length;
  if (hidden > 0) {
    captions.push({
      id: 'hidden',
      mark: text(context.measure, roomX, y + 8, context.words.moreNodes(hidden), {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
      }),
    });
    y += 22;
  }
  const outside = layOutside(context, roomX + 0.5, y + m.outside.h / 2, right - roomX);
  tiles.push(...outside.tiles);
  const streetEnd = y + m.outside.h / 2;
  const height = y + m.outside.h + 14;
  return {
    picture: {
      width: context.width,
      height,
      streets: [
        { from: { x: m.wire, y: top + 8 }, to: { x: m.wire, y: streetEnd } },
        { from: { x: m.wire, y: streetEnd }, to: { x: roomX + 20, y: streetEnd } },
      ],
      rooms,
      tiles,
      captions,
      promises: [],
      checks: [],
    },
    memory: { rooms: order, slots, open: shownNodes.map((node) => node.name) },
  };
}

function phoneRoom(
  context: LayoutContext,
  node: SceneNode,
  at: Box,
  tieY: number,
  memory: SlotMemory,
  slots: Record<string, readonly (string | null)[]>,
): { readonly room: Room; readonly tiles: readonly Tile[]; readonly captions: readonly Caption[] } {
  const { m, words, measure } = context;
  const dark = !node.powered;
  const state = !node.ready ? 'notready' : dark ? 'dark' : 'ready';
  const pods = context.podsByNode.get(node.name) ?? [];
  const shells = context.scene.shells.filter((shell) => shell.kind === 'node' && shell.node === node.name);
  const inner = at.w - 24;
  const podW = Math.round(inner * 0.472);
  const podX = round(at.x + at.w - 12 - podW) + 0.5;
  const rulesX = at.x + 12.5;
  const rulesW = round(podX - m.gutter - rulesX);
  const riserX = round(podX - m.gutter / 2);
  const trunkX = round(rulesX + rulesW / 2);
  const top = at.y + m.roomTop - 0.5;
  const tiles: Tile[] = [];
  const ports: Record<string, Point> = {};
  const port = (tile: Tile) => {
    ports[tile.id] = { x: tile.box.x, y: round(tile.box.y + tile.box.h / 2) };
  };
  let y = top;
  if (shells.length > 0) {
    const tile = shellTile(context, node.name, shells, { x: podX, y, w: podW, h: 39 });
    tiles.push(tile);
    port(tile);
    y += 45;
  }
  const seats = placeInRoom(
    memory.slots[node.name],
    pods.map((pod) => pod.uid),
    3,
  );
  slots[node.name] = seats;
  if (pods.length > 8) {
    const area = { x: podX, y, w: podW, h: 170 };
    const groups = groupTiles(context, node.name, pods, area, squaresFor(pods, podW, 170));
    for (const tile of groups) {
      tiles.push(tile);
      port(tile);
      y = tile.box.y + tile.box.h + 6;
    }
  } else {
    const many = pods.length > 3;
    const byUid = new Map(pods.map((pod) => [pod.uid, pod]));
    const h = many ? 26 : 39;
    for (const uid of seats) {
      const pod = uid === null ? undefined : byUid.get(uid);
      if (pod !== undefined) {
        const tile = podTile(context, pod, { box: { x: podX, y, w: podW, h }, lines: many ? 0 : 2 });
        tiles.push(tile);
        port(tile);
      }
      y += h + 6;
    }
  }
  const rules = rulesTile(context, {
    node: node.name,
    x: rulesX,
    y: top - 0.5,
    w: rulesW,
    maxHeight: Math.max(118, y - top + 18),
    wantedHeight: Math.max(118, y - top + 18),
    detail: 'picks',
    dead: dark,
  });
  tiles.push(rules);
  const contents = Math.max(y - 6, rules.box.y + rules.box.h);
  const bridgeY = round(contents + 15);
  const box = { x: at.x, y: at.y, w: at.w, h: round(bridgeY + m.bridge - at.y) };
  tiles.unshift(nodeTile(context, { node, box, detail: 'picks' }, state));
  const captions: Caption[] = [];
  if (node.silentSince !== undefined && dark) {
    captions.push({
      id: `silence/${node.name}`,
      mark: text(measure, trunkX, rules.box.y + rules.box.h + 14, words.silence(context.scene.at - node.silentSince), {
        size: m.font.name,
        ink: 'bad',
        bold: true,
        anchor: 'middle',
      }),
    });
  }
  const firstPort = Object.values(ports)[0];
  const inY = Math.min(rules.box.y + rules.box.h - 8, firstPort?.y ?? rules.box.y + 20);
  const street = { x: m.wire, y: bridgeY };
  const list = Object.values(ports);
  const first = list.length === 0 ? bridgeY : Math.min(...list.map((point) => point.y));
  const wires = [
    `M${m.wire} ${bridgeY}H${list.length === 0 ? trunkX : round(riserX - 8)}`,
    ...(list.length === 0
      ? []
      : [`M${round(riserX - 8)} ${bridgeY}Q${riserX} ${bridgeY} ${riserX} ${bridgeY - 8}V${first}`]),
    dark ? '' : `M${trunkX} ${round(rules.box.y + rules.box.h)}V${bridgeY}`,
    ...list.map((point) => `M${riserX} ${point.y}H${round(point.x)}`),
  ].join('');
  return {
    room: {
      node: node.name,
      tile: `Node/${node.name}`,
      box,
      state,
      thin: false,
      door: { side: 'left', from: bridgeY - 11, to: bridgeY + 11 },
      tracks: {
        riserX,
        bridgeY,
        trunkX,
        rulesIn: { x: rules.box.x + rules.box.w, y: round(inY) },
        rulesOut: { x: trunkX, y: round(rules.box.y + rules.box.h) },
        door: { x: at.x, y: bridgeY },
        street,
        ports,
      },
      wires,
      tether: { x: trunkX, from: tieY, to: at.y, dead: dark },
    },
    tiles,
    captions,
  };
}
