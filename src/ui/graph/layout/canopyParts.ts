import type { SceneEndpoint, SceneService } from '../../../playground/scene.ts';
import { type LayoutContext, podKey, tailOf } from './context.ts';
import type { Mark, StateGlyph } from './picture.ts';
import { round, text } from './text.ts';

/** State of a Service in one glyph: all ready, some, none. */
export function standing(service: SceneService): {
  readonly ready: number;
  readonly all: number;
  readonly state: StateGlyph;
} {
  let ready = 0;
  for (const endpoint of service.endpoints) if (endpoint.ready) ready++;
  const all = service.endpoints.length;
  return { ready, all, state: ready === 0 ? 'failed' : ready < all ? 'notready' : 'ready' };
}

const inkOf = { ready: 'good', notready: 'warn', failed: 'bad' } as const;

/** Ink that goes with a standing. */
export function inkFor(state: StateGlyph): 'good' | 'warn' | 'bad' {
  return state === 'ready' || state === 'notready' || state === 'failed' ? inkOf[state] : 'warn';
}

/** One labelled value of a canopy. */
export interface Column {
  readonly id: 'selector' | 'port' | 'external';
  readonly label: string;
  readonly value: string;
  readonly width: number;
  readonly chip: boolean;
}

/** `80 → 80/TCP`; a NodePort comes first, as packets from outside meet it first. */
function portText(service: SceneService): string {
  if (service.ports.length === 0) return '';
  const [first] = service.ports;
  if (service.ports.length === 1 && first !== undefined) {
    const head = first.nodePort === undefined ? '' : `${first.nodePort} → `;
    return `${head}${first.port} → ${first.targetPort}/${first.protocol}`;
  }
  return service.ports
    .map((port) => (port.nodePort === undefined ? `${port.port}` : `${port.nodePort}→${port.port}`))
    .join(', ');
}

/** What a canopy says of a Service besides its name and endpoints. */
export function columnsOf(context: LayoutContext, service: SceneService, mono: number): readonly Column[] {
  const { words, measure, m } = context;
  const columns: Column[] = [];
  const add = (id: Column['id'], label: string, value: string, chip: boolean) => {
    const width = Math.max(
      measure(value, mono, 'mono', false) + (chip ? 14 : 0),
      measure(label, m.font.label, 'sans', false),
    );
    columns.push({ id, label, value, width, chip });
  };
  if (service.type !== 'ExternalName')
    add('selector', words.selector, service.selector ?? words.noSelector, service.selector !== undefined);
  if (service.ports.length > 0) add('port', words.port, portText(service), false);
  if (service.type === 'LoadBalancer') {
    const pending = service.external === 'pending' || service.external === undefined;
    add('external', words.externalIP, pending ? '<pending>' : middleCut(service.external ?? '', 20), pending);
  }
  return columns;
}

/** A long host name keeps its beginning and its end. */
function middleCut(host: string, letters: number): string {
  return host.length <= letters
    ? host
    : `${host.slice(0, Math.ceil(letters / 2) - 1)}…${host.slice(-Math.floor(letters / 2))}`;
}

/** Spreads the columns between the name and the endpoints; the port leaves first when there is no room, then the selector. */
export function placeColumns(
  context: LayoutContext,
  marks: Mark[],
  wanted: readonly Column[],
  from: number,
  to: number,
  upper: number,
  lower: number,
  mono: number,
): void {
  const { m, measure } = context;
  let columns = [...wanted];
  const needed = () => columns.reduce((sum, column) => sum + column.width, 0) + 22 * (columns.length + 1);
  for (const leaving of ['port', 'selector', 'external'] as const) {
    if (needed() <= to - from) break;
    columns = columns.filter((column) => column.id !== leaving);
  }
  const gap = (to - from - columns.reduce((sum, column) => sum + column.width, 0)) / (columns.length + 1);
  let x = from + gap;
  for (const column of columns) {
    const inset = column.chip ? 7 : 0;
    marks.push(text(measure, x + inset, upper, column.label, { size: m.font.label, font: 'sans', ink: 'faint' }));
    if (column.chip) {
      const pending = column.id === 'external';
      marks.push({
        kind: 'box',
        role: pending ? 'chip-not-yet' : 'chip',
        box: { x: round(x), y: round(lower - mono * 1.26), w: round(column.width), h: round(mono * 1.78) },
        radius: 3,
      });
    }
    marks.push(
      text(measure, x + inset, lower, column.value, {
        size: mono,
        ink: column.id === 'external' && column.chip ? 'pending' : 'normal',
      }),
    );
    x += column.width + gap;
  }
}

/** The endpoints of a Service as chips, from the right edge inwards; the chosen one always among them, the rest counted. */
export function endpointChips(
  context: LayoutContext,
  service: SceneService,
  right: number,
  baseline: number,
  space: number,
  size: number,
): { readonly marks: readonly Mark[]; readonly left: number } {
  const { measure, words, highlights, m } = context;
  const phone = m.density === 'P';
  const marks: Mark[] = [];
  const h = size * 1.78;
  const top = baseline - size * 1.26;
  const chip = (
    x: number,
    w: number,
    label: string,
    state: StateGlyph,
    look: 'chip' | 'chip-hot' | 'chip-off' | 'chip-bad',
    struck: boolean,
    sans = false,
  ) => {
    marks.push({ kind: 'box', role: look, box: { x: round(x), y: round(top), w: round(w), h: round(h) }, radius: 3 });
    marks.push({ kind: 'state', state, x: round(x + 11), y: round(top + h / 2), scale: 0.72 });
    marks.push(
      text(measure, x + 21, baseline, label, {
        size: sans ? m.font.label : size,
        font: sans ? 'sans' : 'mono',
        ink: look === 'chip-hot' ? 'hot' : look === 'chip-off' ? 'faint' : look === 'chip-bad' ? 'strong' : 'normal',
        struck,
        max: w - 24,
      }),
    );
  };
  if (service.endpoints.length === 0) {
    const label = service.selector === undefined ? words.noEndpoint : words.noPodMatches;
    const w = Math.min(space, measure(label, m.font.label, 'sans', false) + 40);
    chip(right - w, w, label, 'failed', 'chip-bad', false, true);
    return { marks, left: right - w };
  }
  const port = (endpoint: SceneEndpoint) => (endpoint.ports[0] === undefined ? '' : `:${endpoint.ports[0]}`);
  const labelOf = (endpoint: SceneEndpoint) =>
    phone ? `…${tailOf(endpoint.address).slice(1)}` : `${endpoint.address}${port(endpoint)}`;
  const target = highlights?.service === podKey(service) ? highlights.endpoint : undefined;
  const widthOf = (label: string) => measure(label, size, 'mono', false) + 28;
  const gap = 8;
  const moreOf = (count: number) => measure(words.more(count), size, 'mono', false) + 28;
  let shown: SceneEndpoint[] = [];
  let used = 0;
  for (const endpoint of service.endpoints) {
    const w = widthOf(labelOf(endpoint)) + (shown.length > 0 ? gap : 0);
    const left = service.endpoints.length - shown.length - 1;
    if (used + w + (left > 0 ? moreOf(left) + gap : 0) > space) break;
    shown.push(endpoint);
    used += w;
    if (shown.length === 3) break;
  }
  if (shown.length < service.endpoints.length) {
    const chosen = service.endpoints.find((endpoint) => endpoint.address === target);
    if (chosen !== undefined && !shown.includes(chosen))
      shown = [chosen, ...shown.slice(0, Math.max(0, shown.length - 1))];
    if (shown.length === 0 && service.endpoints[0] !== undefined) shown = [chosen ?? service.endpoints[0]];
  }
  const more = service.endpoints.length - shown.length;
  const labels = shown.map(labelOf);
  const total =
    labels.reduce((sum, label) => sum + widthOf(label), 0) +
    gap * (labels.length - 1) +
    (more > 0 ? moreOf(more) + gap : 0);
  const left = right - total;
  let x = left;
  shown.forEach((endpoint, index) => {
    const label = labels[index] ?? '';
    const w = widthOf(label);
    const state: StateGlyph = endpoint.terminating ? 'terminating' : endpoint.ready ? 'ready' : 'notready';
    const hot = endpoint.address === target;
    chip(x, w, label, state, hot ? 'chip-hot' : endpoint.ready ? 'chip' : 'chip-off', !endpoint.ready);
    x += w + gap;
  });
  if (more > 0) {
    const { state } = standing(service);
    chip(x, moreOf(more), words.more(more), state === 'failed' ? 'notready' : state, 'chip', false);
  }
  return { marks, left };
}
