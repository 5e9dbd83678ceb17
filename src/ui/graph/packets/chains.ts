import type { Hue } from '../layout/picture.ts';
import { type Polyline, polyline } from '../path/polyline.ts';
import type { Route } from '../path/route.ts';

/**
 * Legs that join end to end, as one line: a tail follows the packet across hops, but not through the rules, where the packet goes
 * in at one side and comes out at another.
 */
export interface Chain {
  readonly line: Polyline;
  readonly hue: Hue;
  /** First leg, and where each of its legs begins and ends along the line. */
  readonly first: number;
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

export function chainsOf(route: Route): readonly Chain[] {
  const chains: Chain[] = [];
  let points: Polyline['points'][number][] = [];
  let spans: { from: number; to: number }[] = [];
  let first = 0;
  let hue: Hue | undefined;
  let length = 0;
  const close = () => {
    if (hue !== undefined && spans.length > 0) chains.push({ line: polyline(points), hue, first, spans });
    points = [];
    spans = [];
    length = 0;
    hue = undefined;
  };
  route.legs.forEach((leg, index) => {
    const last = points[points.length - 1];
    const start = leg.line.points[0];
    const joined = last !== undefined && start !== undefined && Math.hypot(last.x - start.x, last.y - start.y) < 1.5;
    if (hue === undefined || hue !== leg.hue || !joined) {
      close();
      first = index;
      hue = leg.hue;
    }
    const from = length;
    leg.line.points.forEach((point, at) => {
      if (at === 0 && points.length > 0) return;
      const before = points[points.length - 1];
      if (before !== undefined) length += Math.hypot(point.x - before.x, point.y - before.y);
      points.push(point);
    });
    spans.push({ from, to: length });
  });
  close();
  return chains;
}
