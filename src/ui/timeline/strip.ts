import type { TimelineMark } from '../../playground/protocol.ts';

/** The stretch of virtual time that the strip shows, in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const SPANS = [60, 90, 120, 160, 220, 300, 400, 540, 720, 900, 1200].map((seconds) => seconds * 1000);
/** Where the playhead stands at most: what is right of it is still to come. */
const HEAD = 0.84;

/** From the beginning for as long as that is readable, then the last twenty minutes. */
export function stretchAt(now: number): Stretch {
  const span = SPANS.find((length) => now <= length * HEAD);
  if (span !== undefined) return { from: 0, to: span };
  const longest = SPANS[SPANS.length - 1] ?? 600_000;
  // In steps, so that the marks do not crawl.
  const step = longest / 20;
  const from = Math.ceil((now - longest * HEAD) / step) * step;
  return { from, to: from + longest };
}

/** Where a moment is in the stretch: 0 at its beginning, 1 at its end. */
export function place(at: number, stretch: Stretch): number {
  return (at - stretch.from) / (stretch.to - stretch.from);
}

/** Room that one time needs below the strip, in pixels. */
const TICK_ROOM = 72;

/** Round times to write below a strip of this width: at most six, and none into another. */
export function ticks(stretch: Stretch, width: number): readonly number[] {
  const span = stretch.to - stretch.from;
  const most = Math.max(1, Math.min(6, width / TICK_ROOM));
  const step =
    [10, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1000).find((each) => span / each <= most) ?? 600_000;
  const found: number[] = [];
  for (let at = Math.ceil(stretch.from / step) * step; at < stretch.to; at += step) found.push(at);
  return found;
}

/** Marks that would lie on top of each other, drawn as the most telling of them. */
export interface Bunch {
  readonly at: number;
  readonly marks: readonly TimelineMark[];
  readonly shown: TimelineMark;
}

const WEIGHT: Readonly<Partial<Record<TimelineMark['glyph'], number>>> = {
  failed: 5,
  drop: 4,
  notready: 3,
  node: 3,
  service: 2,
  reply: 2,
  endpoint: 1,
};

/** Bunches the marks of one lane that are nearer to each other than `gap` milliseconds. Marks are in order of time. */
export function bunches(marks: readonly TimelineMark[], gap: number): readonly Bunch[] {
  const found: { at: number; marks: TimelineMark[]; shown: TimelineMark }[] = [];
  for (const mark of marks) {
    const last = found[found.length - 1];
    if (last === undefined || mark.at - last.at >= gap) {
      found.push({ at: mark.at, marks: [mark], shown: mark });
      continue;
    }
    last.marks.push(mark);
    if ((WEIGHT[mark.glyph] ?? 0) >= (WEIGHT[last.shown.glyph] ?? 0)) last.shown = mark;
  }
  return found;
}
