import type { SceneLoadBalancer, SceneService } from '../../../playground/scene.ts';
import { type LayoutContext, podKey } from './context.ts';
import type { Box, Mark, Tile } from './picture.ts';
import { fit, text } from './text.ts';

/** What is at the left end of the wire: laptop, internet and the slot of the load balancer. */
export interface Outside {
  readonly tiles: readonly Tile[];
  /** Right edge of the last of them. */
  readonly right: number;
}

/** Splits a long host name once, at its last dash. */
export function wrapHost(host: string): readonly string[] {
  const dash = host.lastIndexOf('-');
  return dash <= 0 ? [host] : [host.slice(0, dash), host.slice(dash)];
}

export function layOutside(context: LayoutContext, left: number, centerY: number, room: number): Outside {
  const { m, words, scene } = context;
  const { w, h, gap } = m.outside;
  const y = Math.round(centerY - h / 2) + 0.5;
  const tiles: Tile[] = [];
  let x = left;
  const shells = scene.shells.filter((shell) => shell.kind === 'laptop');
  tiles.push(
    simple(context, 'laptop', words.laptop, 'laptop', { x, y, w, h }, [words.laptop, shells[0]?.address ?? '', shells[0]?.command ?? ''].filter((part) => part !== '').join(', ')),
  );
  x += w + gap;
  tiles.push(simple(context, 'internet', words.internet, 'internet', { x, y, w, h }, words.internet));
  x += w + gap;
  const wanting = scene.services.filter((service) => service.type === 'LoadBalancer');
  const balancer = scene.loadBalancers[0];
  const tile = loadBalancerTile(context, balancer, wanting, { x, y, w, h }, room - (x - left));
  tiles.push(tile);
  return { tiles, right: tile.box.x + tile.box.w };
}

function simple(context: LayoutContext, id: string, label: string, glyph: 'laptop' | 'internet', box: Box, name: string): Tile {
  const { m, measure } = context;
  const size = m.font.outside;
  return {
    id,
    kind: 'outside',
    box,
    radius: 6,
    looks: [],
    marks: [
      { kind: 'glyph', name: glyph, x: box.w / 2 - 8, y: box.h * 0.13, scale: 1 },
      text(measure, box.w / 2, box.h * 0.86, label, { size, font: 'sans', ink: 'normal', anchor: 'middle', max: box.w - 6 }),
    ],
    ref: { kind: 'Machine', name: id },
    name,
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
        text(measure, base.w / 2, base.h * 0.86, words.noLoadBalancer, { size, font: 'sans', ink: 'faint', anchor: 'middle', max: base.w - 6 }),
      ],
      name: words.noLoadBalancer,
    };
  }
  const address = balancer?.address ?? '<pending>';
  const wide = /[a-z]/.test(address) && balancer !== undefined;
  const w = Math.min(room, wide ? Math.max(base.w * 2, measure(wrapHost(address)[1] ?? '', size, 'mono', false) + 20) : base.w * 1.42);
  const h = base.h * 1.3;
  const box = { x: base.x, y: base.y - (h - base.h) / 2, w, h };
  const lines = wide ? wrapHost(address) : [address];
  const marks: Mark[] = [
    { kind: 'glyph', name: 'loadbalancer', x: box.w / 2 - 8, y: 5, scale: wide ? 0.8 : 1, faint: balancer === undefined },
  ];
  const label = scene.loadBalancers.length > 1 ? `${words.loadBalancer} ${words.more(scene.loadBalancers.length - 1)}` : words.loadBalancer;
  marks.push(text(measure, box.w / 2, h * (lines.length > 1 ? 0.52 : 0.62), label, { size, font: 'sans', ink: balancer === undefined ? 'faint' : 'normal', anchor: 'middle', max: w - 8 }));
  lines.forEach((line, index) => {
    const y = h * (lines.length > 1 ? 0.72 + index * 0.21 : 0.85);
    marks.push(text(measure, box.w / 2, y, fit(measure, line, w - 8, SMALL, 'mono'), { size: SMALL, ink: balancer === undefined ? 'pending' : 'strong', anchor: 'middle' }));
  });
  const owner = balancer?.service ?? wanting[0]?.ref;
  return {
    id: 'loadbalancer',
    kind: 'outside',
    box,
    radius: 2,
    looks: balancer === undefined ? ['ghost'] : ['solid'],
    marks,
    ref: { kind: 'Service', name: owner?.name ?? '', ...(owner?.namespace === undefined ? {} : { namespace: owner.namespace }) },
    name: [words.loadBalancer, address, balancer?.cloudId ?? '', wanting[0] === undefined ? '' : podKey(wanting[0])].filter((part) => part !== '').join(', '),
    stamp: address,
  };
}

const SMALL = 10.3;
