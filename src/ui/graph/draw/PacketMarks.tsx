import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from 'react';
import type { Scene } from '../../../playground/scene.ts';
import type { Box, Hue, Picture, Point } from '../layout/picture.ts';
import type { Measure } from '../layout/text.ts';
import type { PacketPainter } from '../packets/painter.ts';
import type { PacketPosition, PlayerState } from '../packets/player.ts';
import { badgesOf } from '../path/badges.ts';
import { type Flag, flagAnchor, flagHome, inlineFlag, rewriteFlags, travelFlag } from '../path/flags.ts';
import type { Route } from '../path/route.ts';
import { BadgeView, DropCross, FlagView, flagSize } from './Front.tsx';

export interface PacketMarksHandle {
  /** Moves what travels with the packet; called once a frame. */
  follow(position: PacketPosition | undefined): void;
}

/** Hop badges, flags and the cross of the followed packet. React draws them once a hop; the frame loop moves the flag. */
export function PacketMarks(props: {
  readonly ref: Ref<PacketMarksHandle>;
  readonly picture: Picture;
  readonly scene: Scene;
  readonly state: PlayerState;
  readonly painter: PacketPainter;
  readonly measure: Measure;
}) {
  const { ref, picture, scene, state, painter, measure } = props;
  const { trace, hop, exchange } = state;
  painter.setPicture(picture);
  const route = trace === undefined ? undefined : painter.route(trace);
  const group = useRef<SVGGElement>(null);
  const travelling = useRef<SVGGElement>(null);
  const names = useMemo(() => {
    const large = picture.rooms.length > 2 || picture.tiles.some((tile) => tile.kind === 'rack');
    if (!large) return undefined;
    return new Map(scene.pods.flatMap((pod) => (pod.ip === undefined ? [] : [[pod.ip, `…${pod.suffix}`] as const])));
  }, [picture, scene]);
  const phone = picture.density === 'P';
  const scale = picture.density === 'L' ? 1.13 : 1;
  const flag = useMemo(() => {
    const made = route === undefined ? undefined : travelFlag(route, hop, (address) => names?.get(address));
    return phone && made !== undefined && route !== undefined ? inlineFlag(made, route, hop) : made;
  }, [route, hop, names, phone]);
  const standing = useMemo(() => (route === undefined ? [] : rewriteFlags(route, hop)), [route, hop]);
  const badges = useMemo(() => (route === undefined ? [] : badgesOf(route, hop)), [route, hop]);
  const offset = useMemo(() => {
    let count = 0;
    for (const other of exchange) {
      if (other === trace) break;
      count += other.steps.length;
    }
    return count;
  }, [exchange, trace]);

  const homes = useMemo(
    () =>
      standing.map((one) => {
        const { w, h } = flagSize(one, measure, scale);
        const home = one.room === undefined ? undefined : flagHome(one.room, w, h);
        return { flag: one, box: home === undefined ? undefined : { x: home.x, y: home.y, w, h } };
      }),
    [standing, measure, scale],
  );
  const beside = useMemo(() => besideWire(picture), [picture]);
  useEffect(
    () => () => {
      for (const element of document.querySelectorAll('.hs-view .under')) element.classList.remove('under');
    },
    [],
  );
  useImperativeHandle(ref, () => ({
    follow(position) {
      const element = travelling.current;
      if (element === null || flag === undefined) return;
      const map = painter.tracks();
      const head = position === undefined ? undefined : painter.head(position);
      if (position === undefined || head === undefined || map === undefined) {
        element.style.opacity = '0';
        return;
      }
      const { w, h } = flagSize(flag, measure, scale);
      const anchor = flagAnchor(map, head, w, h);
      const occupied = anchor.room !== undefined && standing.some((other) => other.id === `rewrite/${anchor.room}`);
      const replying = position.trace.steps[position.hop]?.direction === 'reply';
      const atRest = position.hop >= position.trace.steps.length - 1;
      const crossing = route?.crossHop === position.hop && position.fraction === 0;
      element.style.opacity = atRest || crossing || (occupied && !replying) ? '0' : '1';
      shade(element, beside, anchor, w, h, element.style.opacity === '1');
      element.setAttribute('transform', `translate(${Math.round(anchor.x)} ${Math.round(anchor.y)}) scale(${scale})`);
      const tip = element.querySelector('.tip');
      if (tip !== null) {
        const x = Math.min(Math.max(head.x - anchor.x, 9), w - 9) / scale;
        tip.setAttribute(
          'd',
          anchor.tip === 'up'
            ? `M${x - 5} .5l5-6 5 6`
            : anchor.tip === 'left'
              ? `M.5 ${h / scale / 2 - 5}l-6 5 6 5`
              : '',
        );
      }
      for (const other of group.current?.querySelectorAll<SVGGElement>('[data-room]') ?? []) {
        other.style.opacity = replying && other.dataset['room'] === anchor.room && !atRest ? '0' : '1';
      }
    },
  }));

  if (route === undefined) return null;
  const first = trace?.steps[hop];
  const hue = route.legs[Math.min(hop, route.legs.length - 1)]?.hue ?? 'http';
  const crossed = route.cross !== undefined && route.crossHop !== undefined && hop >= route.crossHop;
  return (
    <g ref={group} data-hop={hop + 1} data-code={first?.code}>
      {homes.map(({ flag: one, box }) =>
        box === undefined ? null : (
          <FlagView
            scale={scale}
            key={one.id}
            flag={one}
            hue={hueAt(route, one)}
            measure={measure}
            box={box}
            room={roomOf(one)}
          />
        ),
      )}
      {flag === undefined ? null : (
        <FlagView scale={scale} element={travelling} flag={flag} hue={hue} measure={measure} />
      )}
      {crossed && route.cross !== undefined ? <DropCross at={route.cross} /> : null}
      {badges.map((badge) => (
        <BadgeView key={badge.hop} badge={badge} label={badge.hop + 1 + offset} />
      ))}
    </g>
  );
}

/** What stands beside the wire, where the flag of a packet passes: machines and the wire's label. */
function besideWire(picture: Picture): readonly { readonly selector: string; readonly box: Box }[] {
  const tiles = picture.tiles
    .filter((tile) => tile.kind === 'outside')
    .map((tile) => ({ selector: `[data-tile="${tile.id}"]`, box: tile.box }));
  const captions = picture.captions
    .filter((caption) => caption.id === 'wire')
    .map(({ id, mark }) => ({
      selector: `[data-caption="${id}"]`,
      box: { x: mark.x - mark.width, y: mark.y - mark.size, w: mark.width, h: mark.size + 3 },
    }));
  return [...tiles, ...captions];
}

/** What the flag covers steps back while it does, so that no text is half hidden. */
function shade(
  flag: SVGGElement,
  beside: ReturnType<typeof besideWire>,
  at: Point,
  w: number,
  h: number,
  shown: boolean,
): void {
  const view = flag.closest('.hs-view');
  for (const { selector, box } of beside) {
    const under =
      shown && box.x < at.x + w + 4 && box.x + box.w > at.x - 4 && box.y < at.y + h + 3 && box.y + box.h > at.y - 3;
    view?.querySelector(selector)?.classList.toggle('under', under);
  }
}

/** The colour of the packet that was rewritten. */
function hueAt(route: Route, flag: Flag): Hue {
  return (flag.step === undefined ? undefined : route.legs[flag.step]?.hue) ?? route.legs[0]?.hue ?? 'http';
}

function roomOf(flag: Flag): string {
  return flag.id.slice('rewrite/'.length);
}
