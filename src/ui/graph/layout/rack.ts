import type { SceneNode } from '../../../playground/scene.ts';

import { type LayoutContext, nodeNames } from './context.ts';
import type { Box, Mark, Tile } from './picture.ts';
import { firstThatFits, text } from './text.ts';

/** With this many nodes and more, rooms off the path fold into a rack. */
export const RACK_FROM = 7;

/** The rack: names, pod counts, and a mark on each node that is not Ready. Selecting a node opens its room. */
export function rackTiles(context: LayoutContext, nodes: readonly SceneNode[], box: Box): readonly Tile[] {
  const { m, measure, words } = context;
  const pods = nodes.reduce((sum, node) => sum + node.podCount, 0);
  const count = words.pods(pods);
  const countWidth = measure(count, m.font.label, 'sans', false);
  const tiles: Tile[] = [
    {
      id: 'rack',
      kind: 'rack',
      box,
      radius: 0,
      looks: [],
      marks: [
        { kind: 'glyph', name: 'node', x: 11, y: m.roomName - 12, scale: 0.90625 },
        text(measure, 31.5, m.roomName, words.moreNodes(nodes.length), {
          size: m.font.name,
          ink: 'strong',
          bold: true,
          max: box.w - 31.5 - countWidth - 28,
        }),
        text(measure, box.w - 12, m.roomName, count, { size: m.font.label, font: 'sans', ink: 'faint', anchor: 'end' }),
      ],
      name: `${words.moreNodes(nodes.length)}, ${count}`,
    },
  ];
  const inner = { x: box.x + 12, y: box.y + m.roomTop - 4, w: box.w - 24, h: box.h - m.roomTop - 8 };
  const cell = chooseCell(nodes.length, inner.w, inner.h);
  const capacity = cell.columns * cell.rows;
  const shown = nodes.length > capacity ? nodes.slice(0, capacity - 1) : nodes;
  const pitch = inner.w / cell.columns;
  shown.forEach((node, index) => {
    const x = inner.x + (index % cell.columns) * pitch;
    const y = inner.y + Math.floor(index / cell.columns) * (cell.h + cell.gap);
    tiles.push(rackNode(context, node, { x, y, w: pitch - cell.gap, h: cell.h }));
  });
  const spare = capacity - shown.length;
  const last = shown.length % cell.columns;
  const hint = nodes.length > shown.length ? words.moreNodes(nodes.length - shown.length) : words.selectToOpen;
  const hintWidth = measure(hint, m.font.label, 'sans', false);
  if (spare > 0 && (cell.columns - last) * pitch >= hintWidth + 6) {
    const row = Math.floor(shown.length / cell.columns);
    const y = inner.y + row * (cell.h + cell.gap);
    if (y + cell.h <= inner.y + inner.h + 2) {
      tiles.push({
        id: 'rack-hint',
        kind: 'virtual',
        box: { x: inner.x + last * pitch, y, w: (cell.columns - last) * pitch, h: cell.h },
        radius: 0,
        looks: ['bare'],
        marks: [text(measure, 4, cell.h / 2 + 4, hint, { size: m.font.label, font: 'sans', ink: 'faint' })],
        name: hint,
        parent: 'rack',
      });
    }
  }
  return tiles;
}

function chooseCell(
  count: number,
  width: number,
  height: number,
): { readonly columns: number; readonly rows: number; readonly h: number; readonly gap: number } {
  const options = [
    { w: 41, h: 37, gap: 5 },
    { w: 38, h: 32, gap: 4 },
    { w: 36, h: 18, gap: 3 },
  ];
  for (const option of options) {
    const columns = Math.max(1, Math.floor(width / option.w));
    const rows = Math.max(1, Math.floor((height + option.gap) / (option.h + option.gap)));
    if (columns * rows >= count) return { columns, rows, h: option.h, gap: option.gap };
  }
  const columns = Math.max(1, Math.floor(width / 36));
  return { columns, rows: Math.max(1, Math.floor((height + 3) / 21)), h: 18, gap: 3 };
}

function rackNode(context: LayoutContext, node: SceneNode, box: Box): Tile {
  const { measure, words } = context;
  const names = nodeNames(node.name);
  const short = names[names.length - 1] ?? node.name;
  const down = !node.ready || !node.powered;
  const tall = box.h >= 30;
  const marks: Mark[] = [
    text(
      measure,
      box.w / 2,
      tall ? box.h * 0.4 : box.h * 0.7,
      firstThatFits(measure, [`…${short}`, short], box.w - 4, 10.5, 'mono'),
      {
        size: 10.5,
        ink: down ? 'bad' : 'faint',
        anchor: 'middle',
      },
    ),
  ];
  if (tall)
    marks.push(
      text(measure, box.w / 2, box.h * 0.8, `${node.podCount}`, {
        size: 10.5,
        ink: down ? 'bad' : 'normal',
        bold: down,
        anchor: 'middle',
      }),
    );
  if (down) marks.push({ kind: 'state', state: 'failed', x: box.w - 2, y: 2, scale: 0.7 });
  return {
    id: `Node/${node.name}`,
    kind: 'rack-node',
    box,
    radius: 2,
    looks: down ? ['notready'] : [],
    marks,
    ref: node.ref,
    name: `${words.kinds.node} ${node.name}, ${node.ready ? words.ready : words.notReady}, ${words.pods(node.podCount)}`,
    parent: 'rack',
    stamp: `${node.ready}`,
  };
}
