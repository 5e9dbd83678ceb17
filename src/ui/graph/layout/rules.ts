import type { SceneService } from '../../../playground/scene.ts';
import { addressOf, dnsService, type LayoutContext, ownServices, podKey, tailOf } from './context.ts';
import type { Mark, Tile } from './picture.ts';
import { firstThatFits, round, text } from './text.ts';

/** How much a rules tile says: every pick, a count and the pick, or only its glyph. */
export type RulesDetail = 'picks' | 'count' | 'glyph';

export interface RulesPlace {
  readonly node: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  /** The tile never gets higher than this, and only with several Services higher than `wantedHeight`. */
  readonly maxHeight: number;
  readonly wantedHeight: number;
  readonly detail: RulesDetail;
  readonly dead: boolean;
}

interface RuleRow {
  readonly head?: string;
  readonly endpoint?: string;
  readonly share?: string;
  readonly hot?: boolean;
  readonly refused?: boolean;
  readonly more?: number;
}

/** The tile of kube-proxy's rules on one node: where an address is rewritten. */
export function rulesTile(context: LayoutContext, place: RulesPlace): Tile {
  const { words, highlights } = context;
  const decision = highlights?.rules.find((rule) => rule.node === place.node);
  const base = {
    id: `rules/${place.node}`,
    kind: 'rules' as const,
    radius: 2,
    ...(decision === undefined || highlights === undefined
      ? {}
      : { hue: decision.refused ? ('drop' as const) : highlights.hue }),
    parent: `Node/${place.node}`,
    ref: { kind: 'Rules', name: place.node },
  };
  const looks = [
    ...(decision === undefined ? [] : [decision.refused ? 'refused' : 'hot']),
    ...(place.dead ? ['off'] : []),
  ];
  if (place.dead) return { ...base, looks, ...deadRules(context, place) };
  if (place.detail === 'glyph') return { ...base, looks, ...glyphRules(context, place) };
  if (place.detail === 'count') return { ...base, looks, ...countRules(context, place, decision?.endpoint) };
  const drawn = pickRules(context, place);
  return { ...base, looks, ...drawn, name: `${words.rules}: ${drawn.name}` };
}

type Drawn = Pick<Tile, 'box' | 'marks' | 'name'>;

function deadRules(context: LayoutContext, place: RulesPlace): Drawn {
  const { words, measure, m } = context;
  const h = Math.min(place.maxHeight, place.detail === 'picks' ? 54 : 31);
  if (place.detail === 'glyph') return glyphRules(context, place);
  return {
    box: { x: place.x, y: place.y, w: place.w, h },
    marks: [
      text(measure, 10, h * 0.42, place.detail === 'picks' ? words.rules : words.rulesShort, {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
        bold: true,
        max: place.w - 16,
      }),
      ...(h >= 50
        ? [
            text(measure, 10, h * 0.76, words.lastKnown, {
              size: m.font.label,
              font: 'sans',
              ink: 'faint',
              max: place.w - 16,
            }),
          ]
        : []),
    ],
    name: `${words.rules}: ${words.lastKnown}`,
  };
}

function glyphRules(context: LayoutContext, place: RulesPlace): Drawn {
  const count = context.scene.services.reduce((sum, service) => sum + service.endpoints.length, 0);
  const wide = place.w >= 26;
  const h = wide ? 46 : 31;
  const marks: Mark[] = [{ kind: 'glyph', name: 'rules', x: place.w / 2 - 7, y: wide ? 6 : 8.5, scale: 0.875 }];
  if (wide) {
    marks.push(
      text(context.measure, place.w / 2, 36, `${count}`, {
        size: 10.3,
        ink: 'faint',
        anchor: 'middle',
        max: place.w - 4,
      }),
    );
  }
  return {
    box: { x: place.x, y: place.y, w: place.w, h },
    marks,
    name: `${context.words.rules}: ${context.words.endpointCount(count)}`,
  };
}

function countRules(context: LayoutContext, place: RulesPlace, endpoint: string | undefined): Drawn {
  const { words, measure, m, scene, highlights } = context;
  const count = scene.services.filter(
    (service) => service.type !== 'ExternalName' && service.clusterIP !== 'None',
  ).length;
  const marks: Mark[] = [
    { kind: 'glyph', name: 'rules', x: 6, y: 6.5, scale: 0.75 },
    text(measure, 21, 16.5, words.rulesShort, {
      size: m.font.small,
      font: 'sans',
      ink: 'strong',
      bold: true,
      max: place.w - 25,
    }),
    text(measure, 9, 34.5, words.services(count), { size: 10.5, font: 'sans', ink: 'faint', max: place.w - 14 }),
  ];
  let h = 43;
  if (endpoint !== undefined) {
    const of =
      scene.services.find((service) => podKey(service) === highlights?.service)?.endpoints.filter((e) => e.ready)
        .length ?? 1;
    const address = endpoint.split(':')[0] ?? endpoint;
    marks.push({ kind: 'box', role: 'pick', box: { x: 5, y: 42, w: place.w - 10, h: 14 }, radius: 3 });
    marks.push(
      text(measure, 9, 52.5, `1/${of} ${tailOf(address)}`, { size: 10.3, ink: 'hot', bold: true, max: place.w - 16 }),
    );
    h = 61;
  }
  return {
    box: { x: place.x, y: place.y, w: place.w, h },
    marks,
    name: [words.rules, words.services(count), endpoint ?? ''].filter((part) => part !== '').join(', '),
  };
}

function rowsOf(
  context: LayoutContext,
  service: SceneService,
  decisionEndpoint: string | undefined,
  limit: number,
): readonly RuleRow[] {
  const { words } = context;
  const heads: RuleRow[] = [{ head: addressOf(service) }];
  const nodePort = service.ports[0]?.nodePort;
  if (nodePort !== undefined) heads.push({ head: words.anyNode(nodePort) });
  const ready = service.endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) return [...heads, { refused: true }];
  const share = ready.length <= 20 ? `${Math.round(100 / ready.length)}%` : `1/${ready.length}`;
  const port = (ports: readonly number[]) =>
    service.ports[0] !== undefined && `${service.ports[0].port}` === service.ports[0].targetPort
      ? ''
      : `:${ports[0] ?? ''}`;
  const rows = ready.map((endpoint) => ({
    endpoint: `${endpoint.address}${port(endpoint.ports)}`,
    share,
    hot:
      decisionEndpoint !== undefined &&
      (decisionEndpoint === endpoint.address || decisionEndpoint.startsWith(`${endpoint.address}:`)),
  }));
  const space = Math.max(1, limit - heads.length);
  if (rows.length <= space) return [...heads, ...rows];
  const shown = rows.slice(0, Math.max(1, space - 1));
  const chosen = rows.find((row) => row.hot);
  if (chosen !== undefined && !shown.includes(chosen)) shown[shown.length - 1] = chosen;
  return [...heads, ...shown, { more: rows.length - shown.length }];
}

/** Services worth a place in the tile: the one asked for first, then the learner's own, then the cluster's DNS. */
function inOrder(context: LayoutContext): readonly SceneService[] {
  const { scene, highlights } = context;
  const withRules = (service: SceneService) =>
    service.type !== 'ExternalName' && service.clusterIP !== 'None' && service.clusterIP !== undefined;
  const own = ownServices(scene).filter(withRules);
  const dns = dnsService(scene);
  const asked = scene.services.find((service) => podKey(service) === highlights?.service && withRules(service));
  const list = asked === undefined || own.includes(asked) ? [...own] : [asked, ...own];
  if (list.length === 0 && dns !== undefined) list.push(dns);
  if (asked !== undefined && list[0] !== asked) return [asked, ...list.filter((service) => service !== asked)];
  return list;
}

function pickRules(context: LayoutContext, place: RulesPlace): Drawn {
  const { words, measure, m, highlights } = context;
  const decision = highlights?.rules.find((rule) => rule.node === place.node);
  const services = inOrder(context);
  const wide = m.density === 'L' ? 27 : m.density === 'P' ? 16 : m.density === 'S' ? 16 : 22;
  const tight = m.density === 'L' ? 20 : 16;
  const title = m.density === 'L' ? 29 : m.density === 'M' ? 22.5 : 16;
  const plan = (pitch: number, height: number): { rows: readonly (readonly RuleRow[])[]; left: number } => {
    const capacity = Math.floor((height - title - 12) / pitch);
    const rows: (readonly RuleRow[])[] = [];
    let used = 0;
    for (const service of services) {
      const later = services.length > rows.length + 1 ? 1 : 0;
      const mine = rowsOf(
        context,
        service,
        decision?.service === podKey(service) ? decision.endpoint : undefined,
        Math.max(2, Math.min(6, capacity - used - later)),
      );
      const height = mine.reduce((sum, row) => sum + (row.refused ? 2 : 1), 0);
      if (rows.length > 0 && used + height + later > capacity) break;
      rows.push(mine);
      used += height;
    }
    return { rows, left: services.length - rows.length };
  };
  let pitch = wide;
  let planned = plan(pitch, place.wantedHeight);
  const cut = planned.rows.some((rows) => rows.some((row) => row.more !== undefined));
  if (planned.left > 0 || planned.rows.length > 1 || cut) {
    pitch = tight;
    planned = plan(pitch, planned.left > 0 ? place.maxHeight : place.wantedHeight);
  }
  const inner = place.w - 10;
  const marks: Mark[] = [
    { kind: 'glyph', name: 'rules', x: 7.5, y: title - 11, scale: 0.8125 },
    text(
      measure,
      24.5,
      title,
      firstThatFits(measure, [words.rules, words.rulesShort], place.w - 32, m.font.label + 0.3, 'sans', true),
      {
        size: m.font.label + 0.3,
        font: 'sans',
        ink: 'strong',
        bold: true,
      },
    ),
  ];
  const said: string[] = [];
  let y = title + pitch + (pitch > tight ? 1 : 3);
  for (const rows of planned.rows) {
    let stem = y;
    for (const row of rows) {
      if (row.head !== undefined) {
        marks.push(text(measure, 10.5, y, row.head, { size: m.font.mono, ink: 'normal', max: inner }));
        said.push(row.head);
        stem = y + 5;
      } else if (row.refused) {
        marks.push({ kind: 'box', role: 'refuse', box: { x: 8, y: round(y - 12), w: 64, h: 17 }, radius: 3 });
        marks.push({ kind: 'state', state: 'failed', x: 17, y: round(y - 3.5), scale: 0.72 });
        marks.push(text(measure, 27, y, 'REJECT', { size: m.font.small, ink: 'bad', bold: true }));
        const label = words.noEndpoint;
        const x = 80;
        if (x + measure(label, m.font.label, 'sans', false) <= inner + 4)
          marks.push(text(measure, x, y, label, { size: m.font.label, font: 'sans', ink: 'normal' }));
        else if (y + pitch < place.maxHeight - 4) {
          y += pitch;
          marks.push(text(measure, 10.5, y, label, { size: m.font.label, font: 'sans', ink: 'normal', max: inner }));
        }
        said.push(`REJECT ${label}`);
      } else if (row.endpoint !== undefined) {
        const ink = row.hot ? ('hot' as const) : ('faint' as const);
        if (row.hot)
          marks.push({
            kind: 'box',
            role: 'pick',
            box: { x: 23.5, y: round(y - m.font.mono - 1), w: round(place.w - 28), h: round(m.font.mono + 6) },
            radius: 3,
          });
        marks.push({
          kind: 'stroke',
          role: row.hot ? 'fork-hot' : 'fork',
          d: `M14.5 ${round(stem)}V${round(y - m.font.mono * 0.62)}q0 3 3 3h6`,
        });
        const percent = row.share ?? '';
        const right = measure(percent, m.font.small, 'mono', false);
        marks.push(
          text(
            measure,
            28.5,
            y,
            firstThatFits(
              measure,
              [row.endpoint, row.endpoint.split(':')[0] ?? ''],
              place.w - 28.5 - right - 14,
              m.font.mono,
              'mono',
              row.hot === true,
            ),
            {
              size: m.font.mono,
              ink,
              bold: row.hot === true,
            },
          ),
        );
        marks.push(text(measure, place.w - 8.5, y, percent, { size: m.font.small, ink, anchor: 'end' }));
        said.push(`${row.endpoint} ${percent}`);
      } else if (row.more !== undefined) {
        marks.push(text(measure, 28.5, y, words.more(row.more), { size: m.font.label, font: 'sans', ink: 'faint' }));
      }
      y += pitch;
    }
    y += pitch > tight ? 0 : 2;
  }
  if (planned.rows.length === 0) {
    marks.push(
      text(measure, 10.5, y, words.noRulesYet, { size: m.font.label, font: 'sans', ink: 'faint', max: inner }),
    );
    said.push(words.noRulesYet);
    y += pitch;
  }
  if (planned.left > 0) {
    marks.push(
      text(measure, 10.5, y, words.more(planned.left), { size: m.font.label, font: 'sans', ink: 'faint', max: inner }),
    );
    y += pitch;
  }
  const h = Math.min(place.maxHeight, y - pitch + (m.density === 'L' ? 17 : m.density === 'M' ? 12.5 : 9));
  return { box: { x: place.x, y: place.y, w: place.w, h: round(h) }, marks, name: said.join(', ') };
}
