import type { ObjectRef } from '../../../cluster/api/types.ts';
import type { Scene, SceneNode, ScenePod } from '../../../playground/scene.ts';
import type { GraphWords } from '../words.ts';
import { layCanopies } from './canopies.ts';
import type { LayoutContext } from './context.ts';
import { layDocker } from './docker.ts';
import { squaresFor } from './fold.ts';
import { chooseDensity, type Metrics, metricsOf, SMALLEST_TEXT } from './metrics.ts';
import { mountsHeight } from './mounts.ts';
import { healthChecks, layDockerOutside, layOutside, promiseOf } from './outside.ts';
import { layPhone } from './phone.ts';
import type { Box, Caption, Density, HealthCheck, Highlights, Picture, Room, Street, Tile } from './picture.ts';
import { placesOf } from './places.ts';
import { RACK_FROM, rackTiles } from './rack.ts';
import { chooseSlotStyle, columnsOf, detailFor, folds, layRoom, podArea, type RoomPlan } from './rooms.ts';
import { placeInRoom, placeRooms, type SlotMemory } from './slots.ts';
import { type Measure, text } from './text.ts';

export interface LayoutOptions {
  /** Size of the container in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly words: GraphWords;
  readonly measure: Measure;
  readonly highlights?: Highlights;
  readonly selected?: ObjectRef;
  /** Nodes whose rooms a person opened out of the rack, latest last. */
  readonly opened?: readonly string[];
  /** Forces a density; by default it follows from the size. */
  readonly density?: Density;
}

/**
 * Turns a scene into a positioned picture. Pure: the same scene, options and memory give the same picture. The memory that comes
 * out belongs into the next call; it is what keeps objects in their places.
 */
export function layout(
  scene: Scene,
  options: LayoutOptions,
  memory: SlotMemory,
): { readonly picture: Picture; readonly memory: SlotMemory } {
  const fitting = options.density ?? chooseDensity(options.width, options.height);
  // Two worlds side by side do not fit into a phone's column: the picture is wider than the window then, and is moved about.
  const density = fitting === 'P' && scene.dockerHosts.length > 0 ? 'S' : fitting;
  const m = metricsOf(density);
  const zoom = zoomFor(m, options.width, options.height);
  const podsByNode = new Map<string, ScenePod[]>();
  for (const pod of scene.pods) {
    if (pod.node === undefined) continue;
    const list = podsByNode.get(pod.node);
    if (list === undefined) podsByNode.set(pod.node, [pod]);
    else list.push(pod);
  }
  const context: LayoutContext = {
    scene,
    m,
    words: options.words,
    measure: options.measure,
    highlights: options.highlights,
    selected: options.selected,
    width: Math.max(m.width, Math.floor(options.width / zoom)),
    height: Math.max(m.height, Math.floor(options.height / zoom)),
    podsByNode,
  };
  const rooms = placeRooms(
    memory.rooms,
    scene.nodes.map((node) => node.name),
  );
  const laid =
    density === 'P' ? layPhone(context, rooms, memory) : layWide(context, rooms, memory, options.opened ?? []);
  const picture: Picture = {
    ...laid.picture,
    density,
    zoom,
    places: placesOf(laid.picture.tiles, laid.picture.rooms, scene),
  };
  return { picture, memory: laid.memory };
}

/** A little smaller than drawn if that avoids scrolling and no text gets too small; larger on large screens. */
function zoomFor(m: Metrics, width: number, height: number): number {
  const share = Math.min(width / m.width, height / m.height);
  if (m.density === 'P') return Math.max(1, Math.min(1.25, width / 390));
  const smallest = Math.min(...Object.values(m.font), 10.3);
  if (share < 1) return Math.max(share, SMALLEST_TEXT / smallest);
  if (m.density === 'L') return Math.max(1, Math.min(1.4, Math.min(width / 1176, height / 690)));
  return 1;
}

export interface LaidPicture {
  readonly picture: Omit<Picture, 'density' | 'zoom' | 'places'>;
  readonly memory: SlotMemory;
}

function layWide(
  context: LayoutContext,
  order: readonly string[],
  memory: SlotMemory,
  opened: readonly string[],
): LaidPicture {
  const { m, scene, words, measure } = context;
  const docker = scene.dockerHosts.length > 0;
  const split = docker ? Math.round(context.width * 0.49) : 0;
  const left = docker ? split + 10 : m.margin;
  const right = context.width - m.margin;
  const captions: Caption[] = [
    {
      id: 'virtual',
      mark: text(measure, left, m.caption, docker ? words.aCluster : words.virtual, {
        size: docker ? m.font.canopyName : m.font.label,
        font: 'sans',
        ink: docker ? 'strong' : 'faint',
        bold: docker,
      }),
    },
  ];
  const canopies = layCanopies(context, left + 0.5, right - 0.5);
  const roomTop = Math.round(canopies.bottom + m.tetherGap);
  const minimum = m.density === 'S' ? 176 : m.density === 'L' ? 300 : 216;
  const ideal = context.height - m.below - roomTop;
  const roomHeight = Math.max(minimum, Math.min(ideal, m.density === 'L' ? 520 : 420));
  const floor = roomTop + roomHeight;
  const streetY = floor + m.wire;
  const height = floor + m.below;

  const byName = new Map(scene.nodes.map((node) => [node.name, node]));
  const nodes = order.flatMap((name) => byName.get(name) ?? []);
  const boxes = placeBoxes(
    context,
    nodes,
    { x: left, y: roomTop, w: right - left, h: roomHeight },
    memory,
    opened,
    docker,
  );
  const tiles: Tile[] = [...canopies.tiles];
  const firstBox = boxes.open[0]?.box;
  const firstTrunk = firstBox === undefined ? right : columnsOf(context, firstBox, detailFor(firstBox.w)).trunkX;
  const outside = layOutside(context, left + 0.5, streetY, firstTrunk - 22 - left);
  const laidRooms = layRooms(context, boxes.open, memory, streetY, canopies.tieY, docker ? left : outside.right);
  const rooms: Room[] = [];
  for (const laid of laidRooms.rooms) {
    rooms.push(laid.room);
    tiles.push(...laid.tiles);
    captions.push(...laid.captions);
  }
  if (boxes.rack !== undefined) tiles.push(...rackTiles(context, boxes.rack.nodes, boxes.rack.box));
  const streets: Street[] = [{ from: { x: left + 10, y: streetY }, to: { x: right - 4, y: streetY } }];
  const promises: string[] = [];
  const checks: HealthCheck[] = [];
  if (docker) {
    const laid = layDocker(context, { x: m.margin, y: roomTop, w: split - 10 - m.margin, h: roomHeight }, streetY);
    rooms.push(...laid.rooms);
    tiles.push(...laid.tiles);
    captions.push(...laid.captions);
    streets.push(laid.street);
    tiles.push(...layDockerOutside(context, m.margin + 0.5, streetY));
  } else {
    tiles.push(...outside.tiles);
    promises.push(...promiseOf(tiles, scene.services, left));
    checks.push(...healthChecks(tiles, rooms, scene.loadBalancers[0], streetY));
  }
  writtenCaption(context, captions, rooms, canopies.tieY, roomTop, tiles);
  wireLabel(context, captions, right, height, streetY);
  waitingTile(context, tiles, right, canopies.tieY, roomTop);
  return {
    picture: {
      width: context.width,
      height,
      groundY: floor,
      streets,
      rooms,
      tiles,
      captions,
      promises,
      checks,
      ...(docker ? { divide: { x: split, from: m.caption - 10, to: height - 12 } } : {}),
    },
    memory: { rooms: order, slots: laidRooms.slots, open: boxes.open.map(({ node }) => node.name) },
  };
}

interface Boxes {
  readonly open: readonly { readonly node: SceneNode; readonly box: Box }[];
  readonly rack?: { readonly nodes: readonly SceneNode[]; readonly box: Box };
}

/** Rooms side by side; with seven nodes and more only those on the path, the rest in a rack between them. */
function placeBoxes(
  context: LayoutContext,
  nodes: readonly SceneNode[],
  area: Box,
  memory: SlotMemory,
  opened: readonly string[],
  docker: boolean,
): Boxes {
  const { m } = context;
  const count = nodes.length;
  if (count === 0) return { open: [] };
  const limit = docker ? 3 : RACK_FROM;
  if (count < limit) {
    const gap = docker ? 14 : count <= 2 ? m.roomGap : count === 3 ? 16 : 8.8;
    const w = Math.min(
      (area.w - gap * (count - 1)) / count,
      count === 1 && !docker ? Math.max(376, area.w * 0.62) : area.w,
    );
    return {
      open: nodes.map((node, index) => ({
        node,
        box: { x: Math.round(area.x + index * (w + gap)), y: area.y, w: Math.floor(w), h: area.h },
      })),
    };
  }
  const open = openRooms(context, nodes, memory, opened);
  const gap = 14;
  const share = open.length === 3 ? 0.19 : 0.253;
  const w = Math.floor(area.w * share);
  const rackW = area.w - (w + gap) * open.length;
  const result: { node: SceneNode; box: Box }[] = [];
  let x = area.x;
  const [first, ...others] = open;
  if (first !== undefined) {
    result.push({ node: first, box: { x, y: area.y, w, h: area.h } });
    x += w + gap;
  }
  const rack = { x: Math.round(x), y: area.y, w: Math.round(rackW), h: area.h };
  x += rackW + gap;
  for (const node of others) {
    result.push({ node, box: { x: Math.round(x), y: area.y, w, h: area.h } });
    x += w + gap;
  }
  const shown = new Set(open);
  return { open: result, rack: { nodes: nodes.filter((node) => !shown.has(node)), box: rack } };
}

/** Two rooms on the path stay open, a third when somebody opens it; opening a fourth folds the oldest. */
function openRooms(
  context: LayoutContext,
  nodes: readonly SceneNode[],
  memory: SlotMemory,
  opened: readonly string[],
): readonly SceneNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const path = (context.highlights?.nodes ?? []).filter((name) => byName.has(name));
  const shells = context.scene.shells.flatMap((shell) =>
    shell.kind === 'node' && shell.node !== undefined ? [shell.node] : [],
  );
  const wanted: string[] = [];
  const want = (name: string | undefined, limit: number) => {
    if (name !== undefined && wanted.length < limit && byName.has(name) && !wanted.includes(name)) wanted.push(name);
  };
  for (const name of path) want(name, 3);
  for (const name of [...opened].reverse()) want(name, 3);
  for (const name of memory.open) want(name, 2);
  for (const name of shells) want(name, 2);
  for (const node of nodes) want(node.name, 2);
  return wanted
    .sort((a, b) => nodes.findIndex((node) => node.name === a) - nodes.findIndex((node) => node.name === b))
    .flatMap((name) => byName.get(name) ?? []);
}

function layRooms(
  context: LayoutContext,
  boxes: readonly { readonly node: SceneNode; readonly box: Box }[],
  memory: SlotMemory,
  streetY: number,
  tieY: number,
  blockedTo: number,
): {
  readonly rooms: readonly ReturnType<typeof layRoom>[];
  readonly slots: Readonly<Record<string, readonly (string | null)[]>>;
} {
  const slots: Record<string, readonly (string | null)[]> = { ...memory.slots };
  let squares = 0;
  const plans: Omit<RoomPlan, 'squares'>[] = boxes.map(({ node, box }) => {
    const pods = context.podsByNode.get(node.name) ?? [];
    const shells = context.scene.shells.filter((shell) => shell.kind === 'node' && shell.node === node.name);
    const area = podArea(context, box);
    const folded = folds(pods, shells.length > 0 ? 1 : 0, area.bottom - area.top);
    const seats = placeInRoom(
      memory.slots[node.name],
      pods.map((pod) => pod.uid),
      3,
    );
    slots[node.name] = seats;
    const detail = detailFor(box.w);
    if (folded)
      squares = Math.max(
        squares,
        squaresFor(pods, columnsOf(context, box, detail).podW, area.bottom - area.top - (shells.length > 0 ? 34 : 0)),
      );
    return { node, box, detail, pods, shells, slots: folded ? [] : seats, folded, streetY, tieY, blockedTo };
  });
  const style = chooseSlotStyle(
    context,
    plans.map((plan) => {
      const area = podArea(context, plan.box);
      return {
        positions: plan.slots.length + (plan.shells.length > 0 ? 1 : 0),
        area: area.bottom - area.top - (plan.shells.length > 0 ? 4 : 0),
        width: plan.box.w,
        tags: plan.folded ? 0 : plan.pods.reduce((sum, pod) => sum + mountsHeight(pod), 0),
      };
    }),
  );
  return { rooms: plans.map((plan) => layRoom(context, { ...plan, squares }, style)), slots };
}

/** Says what the dotted lines between the Services and the rules are, where there is room beside the first of them. */
function writtenCaption(
  context: LayoutContext,
  captions: Caption[],
  rooms: readonly Room[],
  tieY: number,
  roomTop: number,
  tiles: readonly Tile[],
): void {
  const { m, measure, words } = context;
  const services = tiles.filter((tile) => tile.kind === 'service').length;
  const first = rooms[0];
  const second = rooms[1];
  if (services === 0 || first?.tether === undefined || rooms.length > 2 || context.scene.dockerHosts.length > 0) return;
  const more = tiles.some(
    (tile) =>
      tile.kind === 'thin-service' &&
      tile.looks.length >= 0 &&
      tile.ref?.namespace !== 'kube-system' &&
      tile.ref?.name !== 'kubernetes',
  );
  const x = first.tether.x + 12;
  const limit = (second?.tether?.x ?? context.width - m.margin) - x - 12;
  captions.push({
    id: 'written',
    mark: text(measure, x, tieY + (roomTop - tieY) / 2 + m.font.label * 0.42, more ? words.writtenAll : words.written, {
      size: m.font.label,
      font: 'sans',
      ink: 'faint',
      max: limit,
    }),
  });
}

function wireLabel(context: LayoutContext, captions: Caption[], right: number, height: number, streetY: number): void {
  const { m, measure, words, scene } = context;
  const short = m.density === 'S';
  captions.push({
    id: 'wire',
    mark: text(
      measure,
      right,
      short ? streetY + 22 : height - 10,
      short ? scene.nodeNetwork : words.wire(scene.nodeNetwork),
      {
        size: m.font.label,
        font: short ? 'mono' : 'sans',
        ink: 'faint',
        anchor: 'end',
      },
    ),
  });
}

/** Pods that no node has taken yet wait between the Services and the rooms. */
function waitingTile(context: LayoutContext, tiles: Tile[], right: number, tieY: number, roomTop: number): void {
  const { m, measure, words, scene } = context;
  const waiting = scene.pods.filter((pod) => pod.node === undefined && pod.state !== 'succeeded');
  if (waiting.length === 0) return;
  const label = words.waitingPods(waiting.length);
  const w = measure(label, m.font.label, 'sans', false) + 34;
  const h = Math.min(20, roomTop - tieY - 6);
  tiles.push({
    id: 'waiting',
    kind: 'group',
    box: { x: right - w, y: tieY + (roomTop - tieY - h) / 2 - 1, w, h },
    radius: h / 2,
    looks: ['pending'],
    marks: [
      { kind: 'state', state: 'pending', x: 12, y: h / 2, scale: 0.76 },
      text(measure, 22, h / 2 + m.font.label * 0.36, label, { size: m.font.label, font: 'sans', ink: 'pending' }),
    ],
    name: label,
    ...(waiting[0] === undefined ? {} : { ref: waiting[0].ref }),
    members: waiting.map((pod) => ({ uid: pod.uid, name: pod.name, ref: pod.ref })),
  });
}
