import type { SceneLoadBalancer, SceneService } from '../../../playground/scene.ts';
import { type LayoutContext, podKey } from './context.ts';
import type { Box, GlyphName, HealthCheck, Mark, Room, Tile } from './picture.ts';
import { cut, text } from './text.ts';

/** What is at the left end of the wire: laptop, internet and the slot of the load balancer. */
export interface Outside {
  readonly tiles: readonly Tile[];
  /** Right edge of what stands on the wire. */
  readonly right: number;
}

/** While a cloud builds a load balancer: a dotted line from the Service that asked for it to the slot where it will stand. */
export function promiseOf(tiles: readonly Tile[], services: readonly SceneService[], left: number): readonly string[] {
  const slot = tiles.find((tile) => tile.id === 'loadbalancer');
  const asking = services.find((service) => service.type === 'LoadBalancer');
  const canopy = asking === undefined ? undefined : tiles.find((tile) => tile.id === `Service/${podKey(asking)}`);
  if (slot === undefined || canopy === undefined || !slot.looks.includes('ghost') || slot.box.h < 30) return [];
  const y = canopy.box.y + canopy.box.h / 2;
  const bottom = slot.box.y + slot.box.h;
  return [`M${canopy.box.x} ${y}H${left - 9}V${bottom + 11}H${slot.box.x + slot.box.w / 2}V${bottom + 3}`];
}

/** The load balancer's health checks: a lane of their own below the wire, up to the door of each node. */
export function healthChecks(
  tiles: readonly Tile[],
  rooms: readonly Room[],
  balancer: SceneLoadBalancer | undefined,
  wireY: number,
): readonly HealthCheck[] {
  const slot = tiles.find((tile) => tile.id === 'loadbalancer');
  if (slot === undefined || balancer === undefined || slot.box.h < 30) return [];
  const y = wireY + 11;
  return rooms
    .filter((room) => room.door.side === 'bottom')
    .map((room) => {
      const x = room.tracks.trunkX + 8;
      const top = room.tracks.door.y + 7;
      return {
        node: room.node,
        d: `M${slot.box.x + slot.box.w} ${y}H${x - 6}Q${x} ${y} ${x} ${y - 6}V${top}`,
        at: { x, y: top },
        passing: balancer.healthyNodes.includes(room.node),
      };
    });
}

const SMALL = 10.3;

/** Splits a long host name once, at its last dash. */
export function wrapHost(host: string): readonly string[] {
  const dash = host.lastIndexOf('-');
  return dash <= 0 ? [host] : [host.slice(0, dash), host.slice(dash)];
}

/** Lays the machines on the wire; when the first room's door leaves too little room, as small tags below it. */
export function layOutside(context: LayoutContext, left: number, wireY: number, room: number): Outside {
  const { m, words, scene } = context;
  const { w, h, gap } = m.outside;
  const balancer = scene.loadBalancers[0];
  const wanting = scene.services.filter((service) => service.type === 'LoadBalancer');
  if (room < w * 3 + gap * 2 && m.density !== 'P') return layTags(context, left, wireY, balancer, wanting);
  const y = Math.round(wireY - h / 2) + 0.5;
  // An address needs room: the two machines before it get narrower.
  const needed =
    balancer === undefined && wanting.length === 0
      ? w
      : Math.max(w, context.measure(balancer?.address ?? '<pending>', SMALL, 'mono', false) + 16);
  const narrow = Math.max(Math.min(w, 58), Math.min(w, (room - Math.min(needed, w * 1.6) - gap * 2) / 2));
  const shell = scene.shells.find((open) => open.kind === 'laptop');
  const laptopName = narrow < w ? words.laptopShort : words.laptop;
  const said = [words.laptop, shell?.address ?? '', shell?.command ?? ''];
  const laptop = simple(context, 'laptop', laptopName, 'laptop', { x: left, y, w: narrow, h }, said);
  const internet = simple(
    context,
    'internet',
    words.internet,
    'internet',
    { x: left + narrow + gap, y, w: narrow, h },
    [words.internet],
  );
  const slot = loadBalancerTile(
    context,
    balancer,
    wanting,
    { x: left + (narrow + gap) * 2, y, w, h },
    room - (narrow + gap) * 2,
  );
  return { tiles: [laptop, internet, slot], right: slot.box.x + slot.box.w };
}

/** The laptop and the internet as tags below the wire of plain Docker hosts, which no load balancer serves. */
export function layDockerOutside(context: LayoutContext, left: number, wireY: number): readonly Tile[] {
  return layTags(context, left, wireY, undefined, []).tiles.slice(0, 2);
}

function layTags(
  context: LayoutContext,
  left: number,
  wireY: number,
  balancer: SceneLoadBalancer | undefined,
  wanting: readonly SceneService[],
): Outside {
  const { m, measure, words } = context;
  const h = 22;
  const y = Math.round(wireY + (m.density === 'S' ? 20 : 34)) + 0.5;
  const size = m.font.outside;
  let x = left;
  const tag = (id: string, glyph: GlyphName, label: string, ghost: boolean, mono: boolean): Tile => {
    const w = Math.min(190, measure(label, size, mono ? 'mono' : 'sans', false) + 34);
    const tile: Tile = {
      id,
      kind: 'outside',
      box: { x, y, w, h },
      radius: id === 'loadbalancer' ? 2 : 6,
      looks: ghost ? ['ghost'] : [],
      marks: [
        { kind: 'glyph', name: glyph, x: 7, y: h / 2 - 6, scale: 0.75, faint: ghost },
        text(measure, 25, h / 2 + size * 0.36, label, {
          size,
          font: mono ? 'mono' : 'sans',
          ink: ghost ? 'faint' : 'normal',
          max: w - 30,
        }),
      ],
      ref: { kind: 'Machine', name: id },
      name: label,
    };
    x += w + 7;
    return tile;
  };
  const pending = balancer === undefined;
  const label = pending ? (wanting.length > 0 ? '<pending>' : words.noLoadBalancer) : balancer.address;
  const tiles = [
    tag('laptop', 'laptop', words.laptop, false, false),
    tag('internet', 'internet', words.internet, false, false),
    tag('loadbalancer', 'loadbalancer', label, pending, !pending || wanting.length > 0),
  ];
  return { tiles, right: left };
}

function simple(
  context: LayoutContext,
  id: string,
  label: string,
  glyph: 'laptop' | 'internet',
  box: Box,
  said: readonly string[],
): Tile {
  const { m, measure } = context;
  return {
    id,
    kind: 'outside',
    box,
    radius: 6,
    looks: [],
    marks: [
      { kind: 'glyph', name: glyph, x: box.w / 2 - 8, y: box.h * 0.13, scale: 1 },
      text(measure, box.w / 2, box.h * 0.86, label, {
        size: m.font.outside,
        font: 'sans',
        ink: 'normal',
        anchor: 'middle',
        max: box.w - 6,
      }),
    ],
    ref: { kind: 'Machine', name: id },
    name: said.filter((part) => part !== '').join(', '),
  };
}

function loadBalancerTile(
  context: LayoutContext,
  balancer: SceneLoadBalancer | undefined,
  wanting: readonly SceneService[],
  base: Box,
  room: number,
): Tile {
  const { m, measure, words, scene } = context;
  const size = m.font.outside;
  if (balancer === undefined && wanting.length === 0) {
    return {
      id: 'loadbalancer',
      kind: 'outside',
      box: base,
      radius: 2,
      looks: ['ghost'],
      marks: [
        { kind: 'glyph', name: 'loadbalancer', x: base.w / 2 - 8, y: base.h * 0.13, scale: 1, faint: true },
        text(measure, base.w / 2, base.h * 0.86, words.noLoadBalancer, {
          size,
          font: 'sans',
          ink: 'faint',
          anchor: 'middle',
          max: base.w - 6,
        }),
      ],
      name: words.noLoadBalancer,
    };
  }
  const pending = balancer === undefined;
  const address = balancer?.address ?? '<pending>';
  const host = !pending && /[a-z]/i.test(address);
  const lines = host ? wrapHost(address) : [address];
  const wanted = host ? base.w * 2 : Math.max(base.w, measure(address, SMALL, 'mono', false) + 14);
  const w = Math.min(room, wanted);
  const h = Math.round(base.h * 1.24);
  const box = { x: base.x, y: base.y - (h - base.h) / 2, w, h };
  const label =
    scene.loadBalancers.length > 1
      ? `${words.loadBalancer} ${words.more(scene.loadBalancers.length - 1)}`
      : words.loadBalancer;
  const marks: Mark[] = [
    {
      kind: 'glyph',
      name: 'loadbalancer',
      x: box.w / 2 - (host ? 6 : 8),
      y: host ? 3 : h * 0.1,
      scale: host ? 0.75 : 1,
      faint: pending,
    },
    text(measure, box.w / 2, h * (host ? 0.5 : 0.6), label, {
      size,
      font: 'sans',
      ink: pending ? 'faint' : 'normal',
      anchor: 'middle',
      max: w - 6,
    }),
  ];
  lines.forEach((line, index) => {
    const shown =
      index === 0
        ? cut(measure, line, w - 8, SMALL, 'mono')
        : tailThatFits(line, w - 8, (part) => measure(part, SMALL, 'mono', false));
    marks.push(
      text(measure, box.w / 2, h * (host ? 0.71 + index * 0.2 : 0.84), shown, {
        size: SMALL,
        ink: pending ? 'pending' : 'strong',
        anchor: 'middle',
      }),
    );
  });
  const owner = balancer?.service ?? wanting[0]?.ref;
  return {
    id: 'loadbalancer',
    kind: 'outside',
    box,
    radius: 2,
    looks: pending ? ['ghost'] : ['solid'],
    marks,
    ref: {
      kind: 'Service',
      name: owner?.name ?? '',
      ...(owner?.namespace === undefined ? {} : { namespace: owner.namespace }),
    },
    name: [words.loadBalancer, address, balancer?.cloudId ?? '', wanting[0] === undefined ? '' : podKey(wanting[0])]
      .filter((part) => part !== '')
      .join(', '),
    stamp: address,
  };
}

/** The end of a text, as much as fits, after an ellipsis. */
function tailThatFits(line: string, width: number, measure: (part: string) => number): string {
  if (measure(line) <= width) return line;
  let start = 1;
  while (start < line.length && measure(`…${line.slice(start)}`) > width) start++;
  return `…${line.slice(start)}`;
}
