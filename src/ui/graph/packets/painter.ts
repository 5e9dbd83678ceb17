import type { Trace } from '../../../cluster/network/trace.ts';
import type { Picture, Point } from '../layout/picture.ts';
import { pointAt, slice } from '../path/polyline.ts';
import { revealedUntil } from '../path/reveal.ts';
import { type Route, routeOf } from '../path/route.ts';
import { type TrackMap, trackMap } from '../path/tracks.ts';
import { type Chain, chainsOf } from './chains.ts';
import { drawArrow, drawHead, drawTail, drawToCome, drawTravelled, SHORT_TAIL, TAIL } from './comet.ts';
import type { Palette } from './palette.ts';
import type { Flight, PacketPlayer, PacketPosition } from './player.ts';

/** Speed of background packets, in world units a millisecond, and the bounds of a whole flight. */
const FLIGHT_SPEED = 0.62;
const SHORTEST = 500;
const LONGEST = 2600;

interface Drawn {
  readonly route: Route;
  readonly chains: readonly Chain[];
  readonly length: number;
}

/** Draws all packets into one canvas. Ways are computed once a trace and picture, and reused every frame. */
export class PacketPainter {
  private map: TrackMap | undefined;
  private drawn = new Map<number, Drawn>();

  /** Takes a new picture: ways through the old one are forgotten. */
  setPicture(picture: Picture): void {
    if (this.map?.picture === picture) return;
    this.map = trackMap(picture);
    this.drawn = new Map();
  }

  route(trace: Trace): Route | undefined {
    return this.drawnOf(trace)?.route;
  }

  tracks(): TrackMap | undefined {
    return this.map;
  }

  /** Head of the followed packet in world units. */
  head(position: PacketPosition): Point | undefined {
    const drawn = this.drawnOf(position.trace);
    const leg = drawn?.route.legs[position.hop];
    if (drawn === undefined) return undefined;
    if (leg === undefined || leg.silent || position.fraction === 0) return drawn.route.stops[position.hop]?.point;
    return pointAt(leg.line, leg.line.length * position.fraction);
  }

  paint(canvas: CanvasRenderingContext2D, palette: Palette, player: PacketPlayer, now: number): void {
    const map = this.map;
    if (map === undefined) return;
    for (const flight of player.flights()) this.paintFlight(canvas, palette, player, flight, now);
    const position = player.position();
    if (position !== undefined) this.paintFollowed(canvas, palette, map, position);
  }

  private drawnOf(trace: Trace): Drawn | undefined {
    const known = this.drawn.get(trace.id);
    if (known !== undefined && known.route.trace === trace) return known;
    if (this.map === undefined) return undefined;
    const route = routeOf(this.map, trace);
    const chains = chainsOf(route);
    const drawn = { route, chains, length: chains.reduce((sum, chain) => sum + chain.line.length, 0) };
    if (this.drawn.size > 600) this.drawn.clear();
    this.drawn.set(trace.id, drawn);
    return drawn;
  }

  private paintFlight(
    canvas: CanvasRenderingContext2D,
    palette: Palette,
    player: PacketPlayer,
    flight: Flight,
    now: number,
  ): void {
    const drawn = this.drawnOf(flight.trace);
    if (drawn === undefined || flight.from < 0) return;
    let duration = flight.duration;
    if (duration === 0) {
      duration = Math.min(LONGEST, Math.max(SHORTEST, drawn.length / FLIGHT_SPEED));
      player.measured(flight, duration);
    }
    const share = (now - flight.from) / duration;
    if (share < 0 || share > 1) return;
    let distance = share * drawn.length;
    for (const chain of drawn.chains) {
      if (distance <= chain.line.length) {
        drawTail(canvas, palette, chain.hue, chain.line, distance, SHORT_TAIL, 3.2);
        drawHead(canvas, palette, chain.hue, pointAt(chain.line, distance), 0.62, false);
        return;
      }
      distance -= chain.line.length;
    }
  }

  private paintFollowed(
    canvas: CanvasRenderingContext2D,
    palette: Palette,
    map: TrackMap,
    position: PacketPosition,
  ): void {
    const drawn = this.drawnOf(position.trace);
    if (drawn === undefined) return;
    const { route, chains } = drawn;
    const { hop, fraction, trace } = position;
    const last = revealedUntil(trace, hop);
    const { groundY, streets } = map.picture;
    const wireY = groundY === undefined ? undefined : streets[0]?.from.y;
    const onReply = (trace.steps[hop]?.direction ?? 'request') === 'reply';
    for (const leg of route.legs) {
      if (leg.silent || leg.hop < hop || leg.hop + 1 > last) continue;
      const from = leg.hop === hop ? leg.line.length * fraction : 0;
      drawToCome(canvas, palette, leg.hue, slice(leg.line, from, leg.line.length), groundY, wireY);
    }
    for (const leg of route.legs) {
      if (leg.silent || leg.hop > hop) continue;
      if (leg.hop === hop && fraction === 0) continue;
      const dim = onReply && leg.direction === 'request';
      canvas.globalAlpha = dim ? 0.45 : 1;
      drawTravelled(
        canvas,
        palette,
        leg.hue,
        leg.hop === hop ? slice(leg.line, 0, leg.line.length * fraction) : leg.line.points,
      );
      canvas.globalAlpha = 1;
    }
    const final = route.legs[last - 1];
    if (final !== undefined && !final.silent && final.hop >= hop) {
      const points = final.line.points;
      const tip = points[points.length - 1];
      const before = points[points.length - 2];
      if (tip !== undefined && before !== undefined) drawArrow(canvas, palette, final.hue, before, tip);
    }
    this.paintHead(canvas, palette, route, chains, position);
  }

  private paintHead(
    canvas: CanvasRenderingContext2D,
    palette: Palette,
    route: Route,
    chains: readonly Chain[],
    position: PacketPosition,
  ): void {
    const { hop, fraction } = position;
    const { crossHop } = route;
    if (
      crossHop !== undefined &&
      hop >= crossHop &&
      (route.trace.steps[crossHop]?.verdict === 'drop' || (hop === crossHop && fraction === 0))
    )
      return;
    const legIndex = fraction === 0 ? hop - 1 : hop;
    const leg = route.legs[legIndex];
    if (leg === undefined || (leg.silent && fraction > 0)) {
      const point = route.stops[hop]?.point;
      const next = route.legs[hop];
      if (point !== undefined) drawHead(canvas, palette, next?.hue ?? leg?.hue ?? 'http', point, 1, true);
      return;
    }
    const chain = chains.find((one) => legIndex >= one.first && legIndex < one.first + one.spans.length);
    const span = chain?.spans[legIndex - chain.first];
    if (chain === undefined || span === undefined) return;
    const distance = fraction === 0 ? span.to : span.from + (span.to - span.from) * fraction;
    const atRules = fraction === 0 && route.trace.steps[hop]?.verdict === 'rewrite';
    const hue =
      fraction === 0 && route.legs[hop] !== undefined && !atRules ? (route.legs[hop]?.hue ?? chain.hue) : chain.hue;
    drawTail(canvas, palette, chain.hue, chain.line, distance, TAIL, 5.8);
    drawHead(canvas, palette, hue, pointAt(chain.line, distance), 1, true);
  }
}
