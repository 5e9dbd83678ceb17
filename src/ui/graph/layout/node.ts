import { type LayoutContext, nodeNames } from './context.ts';
import type { Mark, Point, Tile } from './picture.ts';
import type { RoomPlan } from './rooms.ts';
import { firstThatFits, text } from './text.ts';

/** The room itself: glyph, name as long as it fits, state. */
export function nodeTile(
  context: LayoutContext,
  plan: Pick<RoomPlan, 'node' | 'box' | 'detail'>,
  state: 'ready' | 'notready' | 'dark',
  nameEnd?: number,
): Tile {
  const { m, measure, words } = context;
  const { node, box, detail } = plan;
  const thin = detail === 'glyph' && box.w < 150;
  const marks: Mark[] = [];
  const baseline = m.roomName;
  const size = detail === 'glyph' ? Math.min(12.5, m.font.name) : m.font.name;
  const glyphX = thin ? 8 : m.density === 'P' ? 10 : 13;
  marks.push({ kind: 'glyph', name: 'node', x: glyphX, y: baseline - 12, scale: thin ? 0.875 : 0.9375 });
  const stateX = box.w - 16;
  marks.push({ kind: 'state', state: node.ready ? 'ready' : 'failed', x: stateX, y: baseline - 4, scale: 0.92 });
  let right = Math.min(stateX - 10, nameEnd ?? stateX);
  const nameX = glyphX + (thin ? 20 : 21);
  const label = !node.ready ? words.notReady : !node.schedulable ? words.cordoned : words.ready;
  const width = measure(label, m.font.label, 'sans', true);
  if (detail === 'picks' || (detail === 'count' && (!node.ready || !node.schedulable) && box.w > 240)) {
    marks.push(
      text(measure, stateX - 12, baseline, label, {
        size: m.font.label,
        font: 'sans',
        ink: !node.ready ? 'bad' : !node.schedulable ? 'warn' : 'good',
        bold: true,
        anchor: 'end',
      }),
    );
    right = Math.min(right, stateX - 12 - width - 8);
  }
  marks.push(
    text(measure, nameX, baseline, firstThatFits(measure, nodeNames(node.name), right - nameX, size, 'mono', true), {
      size,
      ink: 'strong',
      bold: true,
    }),
  );
  return {
    id: `Node/${node.name}`,
    kind: 'node',
    box,
    radius: 0,
    looks: [state],
    marks,
    ref: node.ref,
    name: [
      `${words.kinds.node} ${node.name}`,
      label,
      node.powered ? '' : words.noPower,
      node.internalIP,
      node.externalIP ?? '',
      node.podCIDR,
      words.pods(node.podCount),
    ]
      .filter((part) => part !== '')
      .join(', '),
    stamp: `${state} ${node.schedulable}`,
  };
}

/** A tag beside the door for each node port that is open there. */
export function nodePortTags(context: LayoutContext, plan: RoomPlan, at: Point, right: number): readonly Tile[] {
  const { m, measure, words } = context;
  const ports = [...new Set(plan.node.nodePorts)];
  const tiles: Tile[] = [];
  let y = at.y;
  for (const port of ports.slice(0, 2)) {
    const label = `${port}`;
    const w = measure(label, m.font.small - 0.5, 'mono', false) + 26;
    if (at.x + w > right + 4) break;
    tiles.push({
      id: `nodeport/${plan.node.name}/${port}`,
      kind: 'mount',
      box: { x: at.x, y, w, h: 19 },
      radius: 3,
      looks: ['tag'],
      marks: [
        { kind: 'glyph', name: 'nodeport', x: 4, y: 3.5, scale: 0.75 },
        text(measure, 20, 13.4, label, { size: m.font.small - 0.5, ink: 'normal' }),
      ],
      name: words.anyNode(port),
      parent: `Node/${plan.node.name}`,
    });
    y -= 22;
  }
  return tiles;
}
