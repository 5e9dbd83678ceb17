import type { ScenePod } from '../../../playground/scene.ts';
import { type LayoutContext, ownerName, podKey } from './context.ts';
import type { Box, CellLook, CellsMark, FoldedPod, Tile } from './picture.ts';
import { firstThatFits, text } from './text.ts';

/** A room with more pods than this folds them by owner, then state. */
export const FOLD_ABOVE = 8;

/** Worst last, so that trouble collects in one corner. */
const ORDER: Readonly<Record<string, number>> = {
  ready: 0,
  succeeded: 1,
  pending: 2,
  terminating: 3,
  notready: 4,
  failed: 5,
};

export interface PodGroup {
  readonly key: string;
  readonly owner: string;
  /** Sorted by state, worst last. */
  readonly pods: readonly ScenePod[];
  /** Behind a Service of the learner: these squares have the colour of their state, the others are neutral. */
  readonly served: boolean;
}

/** Groups pods by owner: those behind a Service first, then the largest groups; the cluster's own last. */
export function foldPods(pods: readonly ScenePod[]): readonly PodGroup[] {
  const groups = new Map<string, ScenePod[]>();
  for (const pod of pods) {
    const key = pod.system
      ? 'kube-system'
      : ownerName(pod) === ''
        ? `pod/${pod.namespace}`
        : `${pod.namespace}/${ownerName(pod)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  const list = [...groups].map(([key, members]) => {
    const first = members[0];
    const pods = members
      .map((pod, index) => ({ pod, index }))
      .sort((a, b) => (ORDER[a.pod.state] ?? 0) - (ORDER[b.pod.state] ?? 0) || a.index - b.index)
      .map(({ pod }) => pod);
    const owner =
      key === 'kube-system'
        ? 'kube-system'
        : first === undefined || ownerName(first) === ''
          ? 'pods'
          : ownerName(first);
    return { key, owner, pods, served: members.some((pod) => pod.services.length > 0 && !pod.system) };
  });
  const rank = (group: PodGroup) => (group.served ? 0 : group.key === 'kube-system' ? 2 : 1);
  return list.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** Square sizes, largest first: size and pitch. */
const SQUARES: readonly (readonly [size: number, pitch: number])[] = [
  [9, 12],
  [7, 9],
  [5, 7],
  [3, 4],
  [2, 3],
];

const HEAD = 24;
const FOOT = 10;
const GAP = 7;

const columnsFor = (width: number, pitch: number) =>
  Math.max(1, Math.floor((width - 12 + (pitch > 6 ? 3 : 1)) / pitch));

function heightFor(group: PodGroup, width: number, size: number, pitch: number): number {
  const rows = Math.ceil(group.pods.length / columnsFor(width, pitch));
  return HEAD + rows * pitch - (pitch - size) + FOOT;
}

/** The largest squares (an index to pass to {@link groupTiles}) with which all groups fit into the height. */
export function squaresFor(pods: readonly ScenePod[], width: number, height: number): number {
  const groups = foldPods(pods);
  const index = SQUARES.findIndex(
    ([size, pitch]) => groups.reduce((sum, group) => sum + heightFor(group, width, size, pitch) + GAP, -GAP) <= height,
  );
  return index < 0 ? SQUARES.length - 1 : index;
}

/** Folded pods as tiles, one a group. */
export function groupTiles(
  context: LayoutContext,
  node: string,
  pods: readonly ScenePod[],
  area: Box,
  squares: number,
): readonly Tile[] {
  const groups = foldPods(pods);
  const [size, pitch] = SQUARES[squares] ?? [2, 3];
  const tiles: Tile[] = [];
  let y = area.y;
  for (const group of groups) {
    const h = heightFor(group, area.w, size, pitch);
    if (y + Math.min(h, HEAD + FOOT) > area.y + area.h + 1) break;
    const height = Math.min(h, area.y + area.h - y);
    tiles.push(
      groupTile(
        context,
        node,
        group,
        { x: area.x, y, w: area.w, h: height },
        columnsFor(area.w, pitch),
        size,
        pitch - size,
      ),
    );
    y += height + GAP;
  }
  return tiles;
}

function lookOf(group: PodGroup, pod: ScenePod, target: readonly string[]): CellLook {
  if (target.includes(podKey(pod))) return 'target';
  return !group.served && pod.state === 'ready' ? 'other' : pod.state;
}

function groupTile(
  context: LayoutContext,
  node: string,
  group: PodGroup,
  box: Box,
  columns: number,
  size: number,
  gap: number,
): Tile {
  const { measure, words, highlights, m } = context;
  const target = highlights?.pods ?? [];
  const runs: { look: CellLook; count: number }[] = [];
  const rowsShown = Math.max(1, Math.floor((box.h - HEAD - FOOT + gap + 1) / (size + gap)));
  const shown = group.pods.slice(0, rowsShown * columns);
  for (const pod of shown) {
    const look = lookOf(group, pod, target);
    const last = runs[runs.length - 1];
    if (last !== undefined && last.look === look) last.count++;
    else runs.push({ look, count: 1 });
  }
  const hot = shown.some((pod) => target.includes(podKey(pod)));
  const count = `${group.pods.length}`;
  const right = measure(count, 11, 'mono', false);
  const nameSize = m.density === 'L' ? 12 : 11;
  const cells: CellsMark = { kind: 'cells', x: 8, y: HEAD, columns, size, gap, runs };
  return {
    id: `group/${node}/${group.key}`,
    kind: 'group',
    box,
    radius: 8,
    looks: hot ? ['hot'] : [],
    ...(hot && highlights !== undefined ? { hue: highlights.hue } : {}),
    marks: [
      text(measure, 8.5, 16.5, firstThatFits(measure, [group.owner], box.w - 24 - right, nameSize, 'mono'), {
        size: nameSize,
        ink: 'strong',
      }),
      text(measure, box.w - 8, 16.5, count, { size: 11, ink: 'faint', anchor: 'end' }),
      cells,
    ],
    name: `${words.kinds.group(group.owner, group.pods.length)}: ${stateCounts(context, group.pods)}`,
    parent: `Node/${node}`,
    members: group.pods.map((pod): FoldedPod => ({ uid: pod.uid, name: pod.name, ref: pod.ref })),
  };
}

/** `40 Ready, 2 Pending`. */
export function stateCounts(context: LayoutContext, pods: readonly ScenePod[]): string {
  const counts = new Map<ScenePod['state'], number>();
  for (const pod of pods) counts.set(pod.state, (counts.get(pod.state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${context.words.state[state]}`).join(', ');
}

/** Which square of a folded group is at a point, given relative to the tile. Undefined beside the squares. */
export function cellAt(cells: CellsMark, x: number, y: number): number | undefined {
  const pitch = cells.size + cells.gap;
  const column = Math.floor((x - cells.x + cells.gap / 2) / pitch);
  const row = Math.floor((y - cells.y + cells.gap / 2) / pitch);
  if (column < 0 || column >= cells.columns || row < 0) return undefined;
  const index = row * cells.columns + column;
  const total = cells.runs.reduce((sum, run) => sum + run.count, 0);
  return index < total ? index : undefined;
}
