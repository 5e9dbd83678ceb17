import type { Trace, TraceStep } from '../../../cluster/network/trace.ts';
import type { Hue, Point } from '../layout/picture.ts';
import { hueOf } from './hue.ts';
import { type Polyline, polyline, roundCorners, shift, simplify } from './polyline.ts';
import { isReplyLeg } from './reveal.ts';
import { type Spot, spotOf, type TrackMap, wayBetween } from './tracks.ts';

/** Distance between parallel lanes; half of it where a room is so narrow that a lane would run over its tiles. */
export const LANE = 6;
const CORNER = 9;

/** The way of a packet from one hop to the next. */
export interface Leg {
  /** Hop it starts at: index into the trace's steps. */
  readonly hop: number;
  readonly line: Polyline;
  readonly direction: 'request' | 'reply';
  readonly hue: Hue;
  /** No packet travels: the step happens where the packet is, or after it was lost. */
  readonly silent: boolean;
}

export interface Stop {
  readonly step: TraceStep;
  readonly spot: Spot;
  /** Where the packet rests at this hop. */
  readonly point: Point;
}

/** A whole trace drawn into a picture. */
export interface Route {
  readonly trace: Trace;
  readonly stops: readonly Stop[];
  /** `legs[i]` leads from stop i to stop i + 1. */
  readonly legs: readonly Leg[];
  /** Where the cross stands, when it failed on the way. */
  readonly cross?: Point;
  /** Step at which it failed. */
  readonly crossHop?: number;
}

/** Steps that happen where the packet already is: a resolver that answers itself, a check of a certificate. */
function steady(points: readonly Point[]): boolean {
  return points.length < 2;
}

/** Draws a trace: a leg between each two hops, requests in the middle of the gutter, replies in the lane beside. */
export function routeOf(map: TrackMap, trace: Trace, lane = 0): Route {
  const stops: Stop[] = [];
  const legs: Leg[] = [];
  let here: Point | undefined;
  let lost = false;
  const thin = trace.steps.some((step) => 'node' in step.place && map.rooms.get(step.place.node)?.thin === true);
  const apart = thin ? LANE / 2 : LANE;
  trace.steps.forEach((step, index) => {
    const spot = spotOf(map, step.place);
    const before = stops[index - 1];
    if (before === undefined) {
      stops.push({
        step,
        spot,
        point: startOf(map, spot, trace.steps[1] === undefined ? undefined : spotOf(map, trace.steps[1].place)),
      });
      return;
    }
    const reply = isReplyLeg(before.step, step);
    const way = lost ? [] : simplify(wayOf(map, stops, before.spot, spot, trace.steps[index + 1]));
    const shifted = shift(way, (reply ? apart : 0) + lane * apart * 2);
    const points = steady(shifted) ? [here ?? before.point] : roundCorners(shifted, CORNER);
    const line = polyline(points);
    if (step.verdict === 'drop') lost = true;
    legs.push({
      hop: index - 1,
      line,
      direction: reply ? 'reply' : 'request',
      hue: reply && failed(trace) ? 'drop' : hueOf(step.packet, reply ? 'reply' : 'request'),
      silent: points.length < 2,
    });
    here = line.points[line.points.length - 1];
    stops.push({ step, spot, point: here ?? before.point });
  });
  const at = trace.steps.findIndex((step) => step.verdict === 'drop' || step.verdict === 'reject');
  const cross = crossAt(stops[at]);
  return { trace, stops, legs, ...(cross === undefined ? {} : { cross, crossHop: at }) };
}

/** The cross stands on what said no: for the rules in the gutter before them, where it hides no text. */
function crossAt(stop: Stop | undefined): Point | undefined {
  const room = stop?.spot.room;
  if (stop?.spot.at !== 'rules' || room === undefined) return stop?.point;
  const { rulesIn, riserX } = room.tracks;
  return Math.abs(stop.point.x - rulesIn.x) < 1
    ? { x: riserX, y: stop.point.y }
    : { x: stop.point.x, y: stop.point.y + 16 };
}

function failed(trace: Trace): boolean {
  return trace.outcome === 'refused' || trace.outcome === 'unreachable';
}

/** A step on the wire itself rests halfway to where the packet goes next. */
function wayOf(
  map: TrackMap,
  stops: readonly Stop[],
  from: Spot,
  to: Spot,
  next: TraceStep | undefined,
): readonly Point[] {
  if (to.at === 'wire') {
    if (next === undefined) {
      const out = wayBetween(map, from, to);
      return out;
    }
    const whole = polyline(simplify(wayBetween(map, from, spotOf(map, next.place))));
    return halfOf(whole, 0, 0.5);
  }
  if (from.at === 'wire') {
    const before = [...stops].reverse().find((stop) => stop.spot.at !== 'wire');
    if (before === undefined) return wayBetween(map, from, to);
    const whole = polyline(simplify(wayBetween(map, before.spot, to)));
    return halfOf(whole, 0.5, 1);
  }
  return wayBetween(map, from, to);
}

function halfOf(line: Polyline, from: number, to: number): readonly Point[] {
  const start = line.length * from;
  const end = line.length * to;
  const points: Point[] = [];
  const at = (distance: number): Point => {
    for (let index = 1; index < line.points.length; index++) {
      const reached = line.at[index] ?? 0;
      const a = line.points[index - 1];
      const b = line.points[index];
      if (a !== undefined && b !== undefined && reached >= distance) {
        const before = line.at[index - 1] ?? 0;
        const t = reached === before ? 0 : (distance - before) / (reached - before);
        return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
      }
    }
    return line.points[line.points.length - 1] ?? { x: 0, y: 0 };
  };
  points.push(at(start));
  line.points.forEach((point, index) => {
    const reached = line.at[index] ?? 0;
    if (reached > start && reached < end) points.push(point);
  });
  points.push(at(end));
  return points;
}

function startOf(map: TrackMap, spot: Spot, next: Spot | undefined): Point {
  const way = next === undefined ? [] : wayBetween(map, spot, next);
  return way[0] ?? { x: 0, y: 0 };
}
