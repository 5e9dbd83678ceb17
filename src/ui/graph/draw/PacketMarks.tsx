import { type Ref, useImperativeHandle, useMemo, useRef } from 'react';
import type { Scene } from '../../../playground/scene.ts';
import type { Picture } from '../layout/picture.ts';
import type { Measure } from '../layout/text.ts';
import type { PacketPainter } from '../packets/painter.ts';
import type { PacketPosition, PlayerState } from '../packets/player.ts';
import { badgesOf } from '../path/badges.ts';
import { type Flag, flagAnchor, rewriteFlags, travelFlag } from '../path/flags.ts';
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
    const large = picture.rooms.length > 2 || picture.rooms.some((room) => room.thin);
    if (!large) return undefined;
    return new Map(scene.pods.flatMap((pod) => (pod.ip === undefined ? [] : [[pod.ip, `…${pod.suffix}`] as const])));
  }, [picture, scene]);
  const flag = useMemo(() => (route === undefined ? undefined : travelFlag(route, hop, (address) => names?.get(address))), [route, hop, names]);
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
      const { w, h } = flagSize(flag, measure, false);
      const anchor = flagAnchor(map, head, w, h);
      const occupied = anchor.room !== undefined && standing.some((other) => other.id === `rewrite/${anchor.room}`);
      const replying = position.trace.steps[position.hop]?.direction === 'reply';
      const atRest = position.hop >= position.trace.steps.length - 1;
      element.style.opacity = atRest || (occupied && !replying) ? '0' : '1';
      element.setAttribute('transform', `translate(${Math.round(anchor.x)} ${Math.round(anchor.y)})`);
      const tip = element.querySelector('.tip');
      if (tip !== null) {
        const x = Math.min(Math.max(head.x - anchor.x, 9), w - 9);
        tip.setAttribute('d', anchor.tip === 'up' ? `M${x - 5} .5l5-6 5 6` : anchor.tip === 'left' ? `M.5 ${h / 2 - 5}l-6 5 6 5` : '');
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
      {standing.map((one) => (
        <FlagView key={one.id} flag={one} hue={route.legs[0]?.hue ?? 'http'} measure={measure} {...(one.home === undefined ? {} : { box: one.home })} room={roomOf(one)} />
      ))}
      {flag === undefined ? null : <FlagView element={travelling} flag={flag} hue={hue} measure={measure} />}
      {crossed && route.cross !== undefined ? <DropCross at={route.cross} /> : null}
      {badges.map((badge) => (
        <BadgeView key={badge.hop} badge={badge} label={badge.hop + 1 + offset} />
      ))}
    </g>
  );
}

function roomOf(flag: Flag): string {
  return flag.id.slice('rewrite/'.length);
}
