import type { SceneEndpoint, SceneService } from '../../../playground/scene.ts';
import { addressOf, dnsService, isApiService, isSelected, type LayoutContext, ownServices, podKey, tailOf } from './context.ts';
import type { Box, Mark, StateGlyph, Tile } from './picture.ts';
import { round, text } from './text.ts';

/** The virtual band: the cluster's own names in one thin row, then a canopy for each Service. */
export interface Canopies {
  readonly tiles: readonly Tile[];
  /** Where the band ends. */
  readonly bottom: number;
  /** Where the tethers begin: bottom of the last canopy. */
  readonly tieY: number;
}

/** Lays the virtual band between `left` and `right`, starting at the top of the picture. */
export function layCanopies(context: LayoutContext, left: number, right: number): Canopies {
  const { m, scene } = context;
  const tiles: Tile[] = [];
  let y = m.thin.y;
  const phone = m.density === 'P';
  if (!phone) {
    tiles.push(...thinRow(context, left, right, y));
    y += m.thin.h + m.canopy.gap;
  }
  const services = ownServices(scene);
  if (services.length === 0) {
    const h = phone ? 44 : Math.round(m.canopy.h * 0.72);
    tiles.push(emptyCanopy(context, { x: left, y, w: right - left, h }));
    return { tiles, bottom: y + h, tieY: y + h };
  }
  const main = chooseMain(context, services);
  const rest = services.filter((service) => service !== main);
  tiles.push(fullCanopy(context, main, { x: left, y, w: right - left, h: m.canopy.h }));
  y += m.canopy.h;
  let tieY = y;
  if (rest.length > 0) {
    y += m.canopy.gap;
    const columns = phone ? 1 : rest.length === 1 ? 1 : rest.length <= 4 || m.density !== 'L' ? 2 : 3;
    const rows = Math.min(Math.ceil(rest.length / columns), m.density === 'S' ? 1 : phone ? 2 : 2);
    const room = rows * columns;
    const gap = 8;
    const w = (right - left - gap * (columns - 1)) / columns;
    const shown = rest.length > room ? rest.slice(0, room - 1) : rest;
    shown.forEach((service, index) => {
      const box = { x: left + (index % columns) * (w + gap), y: y + Math.floor(index / columns) * (m.thin.h + 5), w, h: m.thin.h };
      tiles.push(thinCanopy(context, service, box));
    });
    if (shown.length < rest.length) {
      const index = shown.length;
      const box = { x: left + (index % columns) * (w + gap), y: y + Math.floor(index / columns) * (m.thin.h + 5), w, h: m.thin.h };
      tiles.push(moreCanopy(context, rest.length - shown.length, box));
    }
    y += rows * (m.thin.h + 5) - 5;
    tieY = y;
  }
  return { tiles, bottom: y, tieY };
}

function chooseMain(context: LayoutContext, services: readonly SceneService[]): SceneService {
  const followed = context.highlights?.service;
  return (
    services.find((service) => podKey(service) === followed) ??
    services.find((service) => isSelected(context, service.ref)) ??
    services[0] ??
    never()
  );
}

function never(): never {
  throw new Error('a canopy needs a Service');
}

function thinRow(context: LayoutContext, left: number, right: number, y: number): readonly Tile[] {
  const { scene, m } = context;
  const items: { readonly weight: number; readonly make: (box: Box) => Tile }[] = [];
  const dns = dnsService(scene);
  if (dns !== undefined) items.push({ weight: 3, make: (box) => thinCanopy(context, dns, box) });
  const api = scene.services.find(isApiService);
  if (api !== undefined && m.density !== 'S' && right - left > 500) items.push({ weight: 1.35, make: (box) => thinCanopy(context, api, box) });
  if (m.density !== 'S') {
    for (const volume of mountedObjects(context).slice(0, 2)) {
      items.push({ weight: 1.5, make: (box) => virtualObject(context, volume, box) });
    }
  }
  const gap = 8;
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  const space = right - left - gap * (items.length - 1);
  let x = left;
  return items.map((item) => {
    const w = (space * item.weight) / total;
    const tile = item.make({ x, y, w, h: m.thin.h });
    x += w + gap;
    return tile;
  });
}

interface MountedObject {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
}

function mountedObjects(context: LayoutContext): readonly MountedObject[] {
  const found = new Map<string, MountedObject>();
  for (const pod of context.scene.pods) {
    if (pod.system) continue;
    for (const mount of pod.mounts) {
      if (mount.kind !== 'Secret' && mount.kind !== 'ConfigMap') continue;
      const key = `${mount.kind}/${pod.namespace}/${mount.name}`;
      if (!found.has(key)) found.set(key, { kind: mount.kind, namespace: pod.namespace, name: mount.name });
    }
  }
  return [...found.values()];
}

function virtualObject(context: LayoutContext, object: MountedObject, box: Box): Tile {
  const { m, measure } = context;
  const baseline = box.h * 0.66;
  return {
    id: `${object.kind}/${object.namespace}/${object.name}`,
    kind: 'virtual',
    box,
    radius: 6,
    looks: [],
    marks: [
      { kind: 'glyph', name: object.kind === 'Secret' ? 'secret' : 'configmap', x: 10, y: box.h / 2 - 6.5, scale: 0.8125 },
      text(measure, 30, baseline, object.name, { size: m.font.mono, ink: 'normal', max: box.w - 40 }),
    ],
    ref: { kind: object.kind, namespace: object.namespace, name: object.name },
    name: `${object.kind} ${object.name}`,
  };
}

/** State of a Service in one glyph: all ready, some, none. */
function standing(service: SceneService): { readonly ready: number; readonly all: number; readonly state: StateGlyph } {
  let ready = 0;
  for (const endpoint of service.endpoints) if (endpoint.ready) ready++;
  const all = service.endpoints.length;
  return { ready, all, state: ready === 0 ? 'failed' : ready < all ? 'notready' : 'ready' };
}

const inkOf = { ready: 'good', notready: 'warn', failed: 'bad' } as const;

function inkFor(state: StateGlyph): 'good' | 'warn' | 'bad' {
  return state === 'ready' || state === 'notready' || state === 'failed' ? inkOf[state] : 'warn';
}

function thinCanopy(context: LayoutContext, service: SceneService, box: Box): Tile {
  const { m, measure, words, highlights } = context;
  const own = !service.system && !isApiService(service);
  const size = m.font.mono;
  const baseline = box.h * 0.66;
  const marks: Mark[] = [
    { kind: 'glyph', name: own || isApiService(service) ? 'service' : 'dns', x: 10, y: box.h / 2 - 6.5, scale: 0.8125, faint: !own && isApiService(service) },
  ];
  const { ready, all, state } = standing(service);
  const counted = service.type !== 'ExternalName';
  let right = box.w - 10;
  if (counted) {
    marks.push({ kind: 'state', state, x: box.w - 16, y: box.h / 2, scale: 0.78 });
    right = box.w - 28;
    const label = own ? words.readyOf(ready, all) : words.endpointCount(ready);
    const width = measure(label, m.font.label, 'sans', false);
    const address = service.externalName === undefined ? measure(addressOf(service), size, 'mono', false) + 14 : 0;
    if (width + measure(service.name, size, 'mono', false) + address + 76 < box.w) {
      marks.push(text(measure, right, baseline, label, { size: m.font.label, font: 'sans', ink: state === 'ready' ? 'faint' : inkFor(state), anchor: 'end' }));
      right -= width + 12;
    }
  }
  const name = text(measure, 30, baseline, service.name, { size, ink: own ? 'strong' : 'normal', bold: own, max: right - 30 });
  marks.push(name);
  const address = service.externalName === undefined ? addressOf(service) : `CNAME ${service.externalName}`;
  const x = 30 + name.width + 14;
  if (x + measure(address, size, 'mono', false) <= right) {
    marks.push(text(measure, x, baseline, address, { size, ink: 'faint' }));
  }
  const lit = highlights?.service === podKey(service);
  return {
    id: `Service/${podKey(service)}`,
    kind: 'thin-service',
    box,
    radius: 6,
    looks: [...(counted && ready === 0 ? ['bad'] : []), ...(lit ? ['hot'] : [])],
    ...(lit && highlights !== undefined ? { hue: highlights.hue } : {}),
    marks,
    ref: service.ref,
    name: describe(context, service),
    stamp: `${ready}/${all}`,
  };
}

function moreCanopy(context: LayoutContext, count: number, box: Box): Tile {
  const { m, measure, words } = context;
  return {
    id: 'more-services',
    kind: 'virtual',
    box,
    radius: 6,
    looks: [],
    marks: [text(measure, 12, box.h * 0.66, `${words.more(count)}`, { size: m.font.label, font: 'sans', ink: 'faint', max: box.w - 24 })],
    name: words.more(count),
  };
}

function emptyCanopy(context: LayoutContext, box: Box): Tile {
  const { m, measure, words } = context;
  const size = m.font.label + 0.5;
  const baseline = box.h / 2 + size * 0.36;
  const first = text(measure, 36, baseline, words.noService, { size, font: 'sans', ink: 'normal', bold: true });
  const second = text(measure, 36 + first.width + 8, baseline, words.noServiceHint, {
    size,
    font: 'sans',
    ink: 'faint',
    max: box.w - 36 - first.width - 20,
  });
  return {
    id: 'no-service',
    kind: 'empty',
    box,
    radius: 8,
    looks: [],
    marks: [{ kind: 'glyph', name: 'service', x: 11, y: box.h / 2 - 8, scale: 1, faint: true }, first, second],
    name: `${words.noService} ${words.noServiceHint}`,
  };
}

function describe(context: LayoutContext, service: SceneService): string {
  const { words } = context;
  const { ready, all } = standing(service);
  const parts = [`${words.kinds.service} ${service.name}`, service.type, addressOf(service)];
  if (service.selector !== undefined) parts.push(`${words.selector} ${service.selector}`);
  if (service.externalName !== undefined) parts.push(service.externalName);
  else parts.push(words.readyOf(ready, all), ...service.endpoints.slice(0, 5).map((endpoint) => endpoint.address));
  if (service.external !== undefined) parts.push(`${words.externalIP} ${service.external}`);
  return parts.filter((part) => part !== '').join(', ');
}

interface Column {
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
  return service.ports.map((port) => (port.nodePort === undefined ? `${port.port}` : `${port.nodePort}→${port.port}`)).join(', ');
}

function fullCanopy(context: LayoutContext, service: SceneService, box: Box): Tile {
  const { m, measure, words, highlights } = context;
  const phone = m.density === 'P';
  const upper = box.h * (phone ? 0.39 : 0.41);
  const lower = box.h * (phone ? 0.76 : 0.79);
  const mono = phone ? 11.5 : m.font.mono;
  const lit = highlights !== undefined && highlights.service === podKey(service);
  const { ready, all, state } = standing(service);
  const bad = service.type !== 'ExternalName' && ready === 0;
  const marks: Mark[] = [{ kind: 'glyph', name: 'service', x: 10, y: upper - 13, scale: 1 }];
  const indent = 34;
  const name = text(measure, indent, upper, service.name, { size: m.font.canopyName, ink: 'strong', bold: true, max: box.w * 0.3 });
  marks.push(name);
  let nameEnd = indent + name.width;
  if (!phone) {
    const type = text(measure, nameEnd + 10, upper, service.clusterIP === 'None' ? 'Headless' : service.type, { size: m.font.label, font: 'sans', ink: 'faint' });
    marks.push(type);
    nameEnd = type.x + type.width;
  }
  const address =
    service.externalName !== undefined ? `CNAME ${service.externalName}` : service.clusterIP === 'None' ? 'clusterIP: None' : addressOf(service);
  const shown = text(measure, indent, lower, address, { size: mono, ink: 'normal', max: box.w * 0.4 });
  marks.push(shown);
  nameEnd = Math.max(nameEnd, indent + shown.width);
  if (service.type !== 'ExternalName') {
    marks.push(
      text(measure, box.w - 12, upper, words.readyOf(ready, all), {
        size: m.font.label,
        font: 'sans',
        ink: inkFor(state),
        bold: state !== 'ready',
        anchor: 'end',
      }),
    );
  }
  const columns = phone ? [] : columnsOf(context, service, mono);
  const chipsRoom = phone ? box.w - nameEnd - 20 : Math.max(box.w * 0.3, Math.min(box.w * 0.48, box.w - nameEnd - columns.reduce((sum, column) => sum + column.width + 28, 0) - 30));
  const chips = service.type === 'ExternalName' ? { marks: [], left: box.w - 12 } : endpointChips(context, service, box.w - 10, lower, chipsRoom, mono);
  marks.push(...chips.marks);
  if (!phone && service.endpoints.length > 0 && service.type !== 'ExternalName') {
    const width = measure(words.endpoints, m.font.label, 'sans', false);
    const readyWidth = measure(words.readyOf(ready, all), m.font.label, 'sans', true);
    if (chips.left + width + 14 < box.w - 12 - readyWidth) {
      marks.push(text(measure, chips.left + 2, upper, words.endpoints, { size: m.font.label, font: 'sans', ink: 'faint' }));
    }
  }
  placeColumns(context, marks, columns, nameEnd, chips.left, upper, lower, mono);
  return {
    id: `Service/${podKey(service)}`,
    kind: 'service',
    box,
    radius: 8,
    looks: [...(bad ? ['bad'] : []), ...(lit ? ['lit'] : [])],
    ...(lit ? { hue: highlights.hue } : {}),
    marks,
    ref: service.ref,
    name: describe(context, service),
    stamp: `${service.type} ${address} ${service.selector ?? ''} ${service.external ?? ''}`,
  };
}

function columnsOf(context: LayoutContext, service: SceneService, mono: number): readonly Column[] {
  const { words, measure, m } = context;
  const columns: Column[] = [];
  const add = (id: Column['id'], label: string, value: string, chip: boolean) => {
    const width = Math.max(measure(value, mono, 'mono', false) + (chip ? 14 : 0), measure(label, m.font.label, 'sans', false));
    columns.push({ id, label, value, width, chip });
  };
  if (service.type !== 'ExternalName') add('selector', words.selector, service.selector ?? words.noSelector, service.selector !== undefined);
  if (service.ports.length > 0) add('port', words.port, portText(service), false);
  if (service.type === 'LoadBalancer') {
    const pending = service.external === 'pending' || service.external === undefined;
    add('external', words.externalIP, pending ? '<pending>' : middleCut(service.external ?? '', 20), pending);
  }
  return columns;
}

/** A long host name keeps its beginning and its end. */
function middleCut(host: string, letters: number): string {
  return host.length <= letters ? host : `${host.slice(0, Math.ceil(letters / 2) - 1)}…${host.slice(-Math.floor(letters / 2))}`;
}

/** Spreads the columns between the name and the endpoints; the port leaves first when there is no room, then the selector. */
function placeColumns(
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
    marks.push(text(measure, x + inset, lower, column.value, { size: mono, ink: column.id === 'external' && column.chip ? 'pending' : 'normal' }));
    x += column.width + gap;
  }
}

function endpointChips(
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
  const chip = (x: number, w: number, label: string, state: StateGlyph, look: 'chip' | 'chip-hot' | 'chip-off' | 'chip-bad', struck: boolean, sans = false) => {
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
  const labelOf = (endpoint: SceneEndpoint) => (phone ? `…${tailOf(endpoint.address).slice(1)}` : `${endpoint.address}${port(endpoint)}`);
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
    if (chosen !== undefined && !shown.includes(chosen)) shown = [chosen, ...shown.slice(0, Math.max(0, shown.length - 1))];
    if (shown.length === 0 && service.endpoints[0] !== undefined) shown = [chosen ?? service.endpoints[0]];
  }
  const more = service.endpoints.length - shown.length;
  const labels = shown.map(labelOf);
  const total = labels.reduce((sum, label) => sum + widthOf(label), 0) + gap * (labels.length - 1) + (more > 0 ? moreOf(more) + gap : 0);
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

/** Cut of a name that the room's header can hold, tried from whole to the part after the last dash. */
export function nodeNames(name: string): readonly string[] {
  const parts = name.split('-');
  const names = [name];
  for (let from = 1; from < parts.length; from++) names.push(parts.slice(from).join('-'));
  return names;
}

