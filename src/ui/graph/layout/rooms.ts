import type { SceneNode, ScenePod, SceneShell } from '../../../playground/scene.ts';

import type { LayoutContext } from './context.ts';
import { FOLD_ABOVE, groupTiles } from './fold.ts';
import { DOOR, WIDE_DOOR } from './metrics.ts';
import { mountsHeight, mountTiles } from './mounts.ts';
import { nodePortTags, nodeTile } from './node.ts';
import type { Box, Caption, Point, Room, Tile, Tracks } from './picture.ts';
import { type PodLines, podTile, shellTile } from './pods.ts';
import { type RulesDetail, rulesTile } from './rules.ts';
import { round, text } from './text.ts';

/** Where one room stands, and what its columns are. */
export interface RoomPlan {
  readonly node: SceneNode;
  readonly box: Box;
  readonly detail: RulesDetail;
  readonly pods: readonly ScenePod[];
  readonly shells: readonly SceneShell[];
  /** Occupant of each slot by pod uid; empty when the room is folded. */
  readonly slots: readonly (string | null)[];
  readonly folded: boolean;
  /** Square size of folded pods, the same in all rooms of a picture. */
  readonly squares: number;
  readonly streetY: number;
  /** Bottom of the canopies: tethers begin here. */
  readonly tieY: number;
  /** Right edge of what stands on the wire at its left end: no label goes under it. */
  readonly blockedTo: number;
}

/** The height and content of pod tiles, the same in all rooms of a picture. */
export interface SlotStyle {
  readonly height: number;
  readonly lines: PodLines;
  readonly gap: number;
  readonly mounts: boolean;
}

export interface Columns {
  readonly podX: number;
  readonly podW: number;
  readonly rulesX: number;
  readonly rulesW: number;
  readonly riserX: number;
  readonly trunkX: number;
}

/** Detail by the room's width: 1 or 2 nodes show every pick, 3 show counts, more show only the glyph. */
export function detailFor(width: number): RulesDetail {
  return width >= 290 ? 'picks' : width >= 226 ? 'count' : 'glyph';
}

export function columnsOf(context: LayoutContext, box: Box, detail: RulesDetail): Columns {
  const { m } = context;
  const pad = detail === 'picks' ? m.roomPad : detail === 'count' ? 12 : box.w < 150 ? 7 : 12;
  const rulesW =
    detail === 'picks'
      ? Math.round((box.w - 2 * pad - m.gutter) * 0.482)
      : detail === 'count'
        ? Math.min(96, Math.round(box.w * 0.32))
        : box.w < 150
          ? 18
          : 28;
  const gutter = detail === 'picks' ? m.gutter : detail === 'count' ? 24 : box.w < 150 ? 11 : 15;
  const rulesX = box.x + box.w - pad - rulesW;
  const podX = box.x + pad;
  const podW = rulesX - gutter - podX;
  const riserX = podX + podW + gutter / 2;
  return {
    podX: podX + 0.5,
    podW,
    rulesX: rulesX + 0.5,
    rulesW,
    riserX: round(riserX),
    trunkX: round(rulesX + rulesW / 2),
  };
}

/** Vertical room for pods: from below the header to above the bridge's label. */
export function podArea(
  context: LayoutContext,
  box: Box,
): { readonly top: number; readonly bottom: number; readonly bridgeY: number } {
  const { m } = context;
  const bridgeY = box.y + box.h - m.bridge;
  return { top: box.y + m.roomTop + 0.5, bottom: bridgeY - (m.density === 'L' ? 14 : 10), bridgeY };
}

/** The tallest tiles with which the fullest room still fits; labels leave first, then addresses. */
export function chooseSlotStyle(
  context: LayoutContext,
  plans: readonly {
    readonly positions: number;
    readonly area: number;
    readonly width: number;
    readonly tags: number;
  }[],
): SlotStyle {
  const { m } = context;
  const card = (gap: number, mounts: boolean) =>
    Math.min(
      m.slotMax,
      ...plans.map(
        (plan) => (plan.area - (plan.positions - 1) * gap - (mounts ? plan.tags : 0)) / Math.max(1, plan.positions),
      ),
    );
  const narrow = plans.some((plan) => plan.width < 130);
  const anyTags = plans.some((plan) => plan.tags > 0);
  for (const mounts of anyTags ? [true, false] : [false]) {
    const h = card(m.slotGap, mounts);
    const three = m.density === 'L' ? 66 : 55;
    if (!narrow && h >= three && m.slotMax >= 60) return { height: Math.floor(h), lines: 3, gap: m.slotGap, mounts };
    if (!narrow && h >= 38)
      return { height: Math.min(Math.floor(h), m.density === 'L' ? 64 : 54), lines: 2, gap: m.slotGap, mounts };
  }
  const pill = m.density === 'L' ? 26 : 21;
  const gap = 5;
  if (card(gap, false) >= pill) return { height: pill, lines: 0, gap, mounts: false };
  return { height: Math.max(17, Math.floor(card(3, false))), lines: 0, gap: 3, mounts: false };
}

export interface LaidRoom {
  readonly room: Room;
  readonly tiles: readonly Tile[];
  readonly captions: readonly Caption[];
}

export function layRoom(context: LayoutContext, plan: RoomPlan, style: SlotStyle): LaidRoom {
  const { m, words, measure, highlights } = context;
  const { node, box, detail } = plan;
  const dark = !node.powered;
  const state = !node.ready ? 'notready' : dark ? 'dark' : 'ready';
  const columns = columnsOf(context, box, detail);
  const { top, bottom, bridgeY } = podArea(context, box);
  const ports: Record<string, Point> = {};
  const tiles: Tile[] = [];
  const captions: Caption[] = [];
  const captionText = (id: string, x: number, y: number, words: string, anchor?: 'end' | 'middle', max?: number) => {
    captions.push({
      id: `${id}/${node.name}`,
      mark: text(measure, x, y, words, {
        size: m.font.small,
        ink: 'faint',
        ...(anchor === undefined ? {} : { anchor }),
        ...(max === undefined ? {} : { max }),
      }),
    });
  };

  tiles.push(nodeTile(context, plan, state, detail === 'count' ? columns.trunkX - box.x - 8 : undefined));
  const port = (tile: Tile) => {
    ports[tile.id] = {
      x: tile.box.x + tile.box.w,
      y: round(tile.box.y + Math.min(tile.box.h / 2, tile.kind === 'group' ? 22 : 40)),
    };
  };
  let y = top;
  if (plan.shells.length > 0) {
    const h = style.lines === 0 ? Math.max(style.height, 24) : style.height;
    const tile = shellTile(context, node.name, plan.shells, { x: columns.podX, y, w: columns.podW, h });
    tiles.push(tile);
    port(tile);
    y += h + style.gap + (style.lines === 0 ? 2 : style.gap > 6 ? 4 : 0);
  }
  if (plan.folded) {
    for (const tile of groupTiles(
      context,
      node.name,
      plan.pods,
      { x: columns.podX, y, w: columns.podW, h: bottom - y },
      plan.squares,
    )) {
      tiles.push(tile);
      port(tile);
    }
  } else {
    const byUid = new Map(plan.pods.map((pod) => [pod.uid, pod]));
    for (const uid of plan.slots) {
      const pod = uid === null ? undefined : byUid.get(uid);
      if (pod !== undefined) {
        const shell = context.scene.shells.find(
          (open) => open.kind === 'pod' && `${open.machine}/`.startsWith(`pod/${pod.namespace}/${pod.name}/`),
        );
        const tile = podTile(context, pod, {
          box: { x: columns.podX, y: round(y), w: columns.podW, h: style.height },
          lines: style.lines,
          ...(shell?.command === undefined ? {} : { command: shell.command }),
        });
        tiles.push(tile);
        port(tile);
        if (style.mounts) {
          const hung = mountTiles(context, pod, tile.box);
          tiles.push(...hung);
          y += mountsHeight(pod);
        }
      }
      y += style.height + style.gap;
    }
  }

  const rulesTop = top;
  const showsBridge = detail !== 'glyph';
  const rules = rulesTile(context, {
    node: node.name,
    x: columns.rulesX,
    y: rulesTop,
    w: columns.rulesW,
    maxHeight: Math.max(40, bridgeY - rulesTop - 14),
    wantedHeight: bridgeY - rulesTop - (m.density === 'S' ? 52 : 66),
    detail,
    dead: dark,
  });
  tiles.push(rules);
  const firstTile = tiles.find((tile) => tile.kind === 'shell' || tile.kind === 'pod' || tile.kind === 'group');
  const firstPort = firstTile === undefined ? undefined : ports[firstTile.id];
  const inY = Math.min(rules.box.y + rules.box.h - 8, firstPort?.y ?? rules.box.y + Math.min(40, rules.box.h / 2));
  const rulesBottom = rules.box.y + rules.box.h;
  const doorY = box.y + box.h;
  const tracks: Tracks = {
    riserX: columns.riserX,
    bridgeY,
    trunkX: columns.trunkX,
    rulesIn: { x: rules.box.x, y: round(inY) },
    rulesOut: { x: columns.trunkX, y: rulesBottom },
    door: { x: columns.trunkX, y: doorY },
    street: { x: columns.trunkX, y: plan.streetY },
    ports,
  };
  const lanes = highlights?.nodes.includes(node.name) ?? false;
  const half =
    detail === 'glyph' && box.w < 150 ? 9 : lanes && detail === 'picks' ? WIDE_DOOR : detail === 'count' ? 14 : DOOR;
  const right = box.x + box.w;
  const doorTo = Math.min(columns.trunkX + half, right - 6);

  if (showsBridge) {
    captionText(
      'bridge',
      box.x + m.roomPad,
      bridgeY + 4,
      `cbr0 ${node.bridgeIP}`,
      undefined,
      columns.riserX - box.x - m.roomPad - 8,
    );
    captionText('eth0', columns.trunkX - DOOR - 7, doorY - 9, 'eth0', 'end');
  } else if (plan.folded) {
    captions.push({
      id: `count/${node.name}`,
      mark: text(measure, box.x + 9, bridgeY - 4, words.pods(node.podCount), {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
        max: columns.riserX - box.x - 14,
      }),
    });
  }
  const below = doorY + m.font.small + 8;
  if (detail === 'glyph' && box.w < 150)
    captionText('ip', box.x + 4, doorY + 16, node.internalIP, undefined, columns.trunkX - box.x - 10);
  else {
    const width = measure(node.internalIP, m.font.small, 'mono', false);
    const room = right + 1 - columns.trunkX - width;
    if (room >= DOOR + 7) captionText('ip', columns.trunkX + DOOR + 7, below, node.internalIP);
    else if (room >= 6) captionText('ip', right, below, node.internalIP, 'end');
    else captionText('ip', columns.trunkX - 12, below, node.internalIP, 'end');
    if (node.externalIP !== undefined && node.nodePorts.length > 0 && detail === 'picks') {
      const wide = measure(node.externalIP, m.font.small, 'mono', false);
      const x = columns.trunkX - DOOR - 7;
      if (x - wide > plan.blockedTo + 6) captionText('external', x, below, node.externalIP, 'end');
      else
        captionText(
          'external',
          box.x + m.roomPad,
          doorY - 9,
          node.externalIP,
          undefined,
          x - DOOR - 40 - box.x - m.roomPad,
        );
    }
  }
  if (detail === 'picks')
    tiles.push(...nodePortTags(context, plan, { x: columns.trunkX + WIDE_DOOR + 7, y: doorY - 26 }, right - 8));

  if (node.silentSince !== undefined && dark && detail !== 'glyph') {
    const middle = (rulesBottom + bridgeY) / 2;
    const size = detail === 'picks' ? m.font.name + 2 : m.font.name;
    captions.push({
      id: `silence/${node.name}`,
      mark: text(measure, columns.trunkX, middle, words.silence(context.scene.at - node.silentSince), {
        size,
        ink: 'bad',
        bold: true,
        anchor: 'middle',
      }),
    });
    captions.push({
      id: `heartbeat/${node.name}`,
      mark: text(measure, columns.trunkX, middle + size + 4, words.withoutHeartbeat, {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
        anchor: 'middle',
        max: columns.rulesW + 20,
      }),
    });
  }
  const flagSpace = doorY - 30 - rulesBottom;
  return {
    room: {
      node: node.name,
      tile: `Node/${node.name}`,
      box,
      state,
      thin: detail === 'glyph' && box.w < 150,
      door: { side: 'bottom', from: round(columns.trunkX - half), to: round(doorTo) },
      tracks,
      wires: wiresOf(tracks, !dark, rulesBottom),
      ...(detail === 'picks' && flagSpace >= 48 && !dark
        ? { flag: { x: columns.riserX + 4, y: rulesBottom + 5, w: right - 5 - columns.riserX - 4, h: flagSpace - 5 } }
        : {}),
      tether: { x: columns.trunkX, from: plan.tieY, to: rulesTop, dead: dark },
    },
    tiles,
    captions,
  };
}

/** Riser, bridge and trunk, as far as something is joined to them. */
function wiresOf(tracks: Tracks, trunk: boolean, rulesBottom: number): string {
  const { riserX, bridgeY, trunkX, street } = tracks;
  const ports = Object.values(tracks.ports);
  const parts = [
    trunk ? `M${trunkX} ${round(rulesBottom)}V${street.y}` : `M${trunkX} ${round(tracks.door.y - 8)}V${street.y}`,
  ];
  if (ports.length > 0) {
    const first = Math.min(...ports.map((port) => port.y));
    const r = Math.min(9, Math.abs(trunkX - riserX) - 1);
    parts.push(
      `M${riserX} ${first}V${round(bridgeY - r)}Q${riserX} ${bridgeY} ${round(riserX + r)} ${bridgeY}H${trunkX}`,
    );
    for (const port of ports) parts.push(`M${round(port.x)} ${port.y}H${riserX}`);
  }
  return parts.join('');
}

/** True when a room has too many pods to show each. */
export function folds(pods: readonly ScenePod[], shells: number, area: number): boolean {
  if (pods.length > FOLD_ABOVE) return true;
  return pods.length * 20 + shells * 28 > area + 3;
}
