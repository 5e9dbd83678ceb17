import type { Point } from '../layout/picture.ts';

/** A path of straight pieces with rounded corners, measured along its length. */
export interface Polyline {
  readonly points: readonly Point[];
  /** Distance from the start to each point. */
  readonly at: readonly number[];
  readonly length: number;
}

/** Drops repeated points and points in the middle of a straight piece. */
export function simplify(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept[kept.length - 1];
    if (last !== undefined && Math.abs(last.x - point.x) < 0.05 && Math.abs(last.y - point.y) < 0.05) continue;
    const before = kept[kept.length - 2];
    if (before !== undefined && last !== undefined && straight(before, last, point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

function straight(a: Point, b: Point, c: Point): boolean {
  const cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
  const forward = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
  return Math.abs(cross) < 0.01 && forward > 0;
}

/**
 * Shifts an axis-parallel path sideways: positive is to the left of its direction of travel. Two packets that go opposite ways
 * with the same shift keep to their own side, as cars do.
 */
export function shift(points: readonly Point[], by: number): readonly Point[] {
  if (by === 0 || points.length < 2) return points;
  const shifted: Point[] = [];
  for (let index = 0; index < points.length; index++) {
    const point = points[index];
    const before = points[index - 1];
    const after = points[index + 1];
    if (point === undefined) continue;
    const into = before === undefined ? undefined : normal(before, point);
    const out = after === undefined ? undefined : normal(point, after);
    const a = into ?? out;
    const b = out ?? into;
    if (a === undefined || b === undefined) continue;
    const opposite = a.x === -b.x && a.y === -b.y;
    const same = a.x === b.x && a.y === b.y;
    shifted.push(
      same || opposite
        ? { x: point.x + b.x * by, y: point.y + b.y * by }
        : { x: point.x + (a.x + b.x) * by, y: point.y + (a.y + b.y) * by },
    );
  }
  return shifted;
}

/** Unit vector to the left of the direction from one point to the next, on a screen whose y grows downwards. */
function normal(from: Point, to: Point): Point {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  return { x: dy / length || 0, y: -dx / length || 0 };
}

/** Replaces corners by short arcs, drawn as pieces fine enough for a tail to follow. */
export function roundCorners(points: readonly Point[], radius: number): readonly Point[] {
  if (points.length < 3) return points;
  const result: Point[] = [];
  const first = points[0];
  if (first !== undefined) result.push(first);
  for (let index = 1; index < points.length - 1; index++) {
    const before = points[index - 1];
    const corner = points[index];
    const after = points[index + 1];
    if (before === undefined || corner === undefined || after === undefined) continue;
    const a = Math.hypot(corner.x - before.x, corner.y - before.y);
    const b = Math.hypot(after.x - corner.x, after.y - corner.y);
    const r = Math.min(radius, a / 2, b / 2);
    if (r < 0.5) {
      result.push(corner);
      continue;
    }
    const start = toward(corner, before, r);
    const end = toward(corner, after, r);
    result.push(start);
    for (let step = 1; step < 5; step++) {
      const t = step / 5;
      const u = 1 - t;
      result.push({
        x: u * u * start.x + 2 * u * t * corner.x + t * t * end.x,
        y: u * u * start.y + 2 * u * t * corner.y + t * t * end.y,
      });
    }
    result.push(end);
  }
  const last = points[points.length - 1];
  if (last !== undefined) result.push(last);
  return result;
}

function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * distance, y: from.y + ((to.y - from.y) / length) * distance };
}

export function polyline(points: readonly Point[]): Polyline {
  const at: number[] = [];
  let length = 0;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before !== undefined) length += Math.hypot(point.x - before.x, point.y - before.y);
    at.push(length);
  });
  return { points, at, length };
}

/** The point at a distance from the start; clamped to the ends. */
export function pointAt(line: Polyline, distance: number): Point {
  const { points, at } = line;
  const last = points[points.length - 1];
  const first = points[0];
  if (first === undefined || last === undefined) return { x: 0, y: 0 };
  if (distance <= 0) return first;
  if (distance >= line.length) return last;
  const index = indexAt(at, distance);
  const from = points[index] ?? first;
  const to = points[index + 1] ?? last;
  const start = at[index] ?? 0;
  const span = (at[index + 1] ?? line.length) - start;
  const t = span === 0 ? 0 : (distance - start) / span;
  return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}

/** Index of the piece that holds a distance. */
export function indexAt(at: readonly number[], distance: number): number {
  let low = 0;
  let high = at.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((at[middle] ?? 0) <= distance) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The part of a path between two distances. */
export function slice(line: Polyline, from: number, to: number): readonly Point[] {
  const start = Math.max(0, Math.min(from, line.length));
  const end = Math.max(start, Math.min(to, line.length));
  const result: Point[] = [pointAt(line, start)];
  for (let index = indexAt(line.at, start) + 1; index < line.points.length; index++) {
    const at = line.at[index] ?? 0;
    if (at >= end) break;
    const point = line.points[index];
    if (point !== undefined && at > start) result.push(point);
  }
  result.push(pointAt(line, end));
  return result;
}
