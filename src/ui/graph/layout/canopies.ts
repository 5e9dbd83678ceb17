import type { SceneService } from '../../../playground/scene.ts';
import { columnsOf, endpointChips, inkFor, placeColumns, standing } from './canopyParts.ts';
import { addressOf, dnsService, isApiService, isSelected, type LayoutContext, ownServices, podKey } from './context.ts';
import type { Box, Mark, Tile } from './picture.ts';
import { text } from './text.ts';

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
      const box = {
        x: left + (index % columns) * (w + gap),
        y: y + Math.floor(index / columns) * (m.thin.h + 5),
        w,
        h: m.thin.h,
      };
      tiles.push(thinCanopy(context, service, box));
    });
    if (shown.length < rest.length) {
      const index = shown.length;
      const box = {
        x: left + (index % columns) * (w + gap),
        y: y + Math.floor(index / columns) * (m.thin.h + 5),
        w,
        h: m.thin.h,
      };
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
  if (api !== undefined && m.density !== 'S' && right - left > 500)
    items.push({ weight: 1.35, make: (box) => thinCanopy(context, api, box) });
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
      {
        kind: 'glyph',
        name: object.kind === 'Secret' ? 'secret' : 'configmap',
        x: 10,
        y: box.h / 2 - 6.5,
        scale: 0.8125,
      },
      text(measure, 30, baseline, object.name, { size: m.font.mono, ink: 'normal', max: box.w - 40 }),
    ],
    ref: { kind: object.kind, namespace: object.namespace, name: object.name },
    name: `${object.kind} ${object.name}`,
  };
}

function thinCanopy(context: LayoutContext, service: SceneService, box: Box): Tile {
  const { m, measure, words, highlights } = context;
  const own = !service.system && !isApiService(service);
  const size = m.font.mono;
  const baseline = box.h * 0.66;
  const marks: Mark[] = [
    {
      kind: 'glyph',
      name: own || isApiService(service) ? 'service' : 'dns',
      x: 10,
      y: box.h / 2 - 6.5,
      scale: 0.8125,
      faint: !own && isApiService(service),
    },
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
      marks.push(
        text(measure, right, baseline, label, {
          size: m.font.label,
          font: 'sans',
          ink: state === 'ready' ? 'faint' : inkFor(state),
          anchor: 'end',
        }),
      );
      right -= width + 12;
    }
  }
  const name = text(measure, 30, baseline, service.name, {
    size,
    ink: own ? 'strong' : 'normal',
    bold: own,
    max: right - 30,
  });
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
    name: sayService(context, service),
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
    marks: [
      text(measure, 12, box.h * 0.66, `${words.more(count)}`, {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
        max: box.w - 24,
      }),
    ],
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

function sayService(context: LayoutContext, service: SceneService): string {
  const { words } = context;
  const { ready, all } = standing(service);
  const parts = [`${words.kinds.service} ${service.name}`, service.type, addressOf(service)];
  if (service.selector !== undefined) parts.push(`${words.selector} ${service.selector}`);
  if (service.externalName !== undefined) parts.push(service.externalName);
  else parts.push(words.readyOf(ready, all), ...service.endpoints.slice(0, 5).map((endpoint) => endpoint.address));
  if (service.external !== undefined) parts.push(`${words.externalIP} ${service.external}`);
  return parts.filter((part) => part !== '').join(', ');
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
  const name = text(measure, indent, upper, service.name, {
    size: m.font.canopyName,
    ink: 'strong',
    bold: true,
    max: box.w * 0.3,
  });
  marks.push(name);
  let nameEnd = indent + name.width;
  let typeEnd = nameEnd;
  if (!phone) {
    const type = text(measure, nameEnd + 10, upper, service.clusterIP === 'None' ? 'Headless' : service.type, {
      size: m.font.label,
      font: 'sans',
      ink: 'faint',
    });
    marks.push(type);
    nameEnd = type.x + type.width;
    typeEnd = nameEnd;
  }
  const address =
    service.externalName !== undefined
      ? `CNAME ${service.externalName}`
      : service.clusterIP === 'None'
        ? 'clusterIP: None'
        : addressOf(service);
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
  const chipsRoom = phone
    ? box.w - nameEnd - 20
    : Math.max(
        box.w * 0.3,
        Math.min(box.w * 0.48, box.w - nameEnd - columns.reduce((sum, column) => sum + column.width + 28, 0) - 30),
      );
  const chips =
    service.type === 'ExternalName'
      ? { marks: [], left: box.w - 12 }
      : endpointChips(context, service, box.w - 10, lower, chipsRoom, mono);
  marks.push(...chips.marks);
  if (!phone && service.endpoints.length > 0 && service.type !== 'ExternalName') {
    const width = measure(words.endpoints, m.font.label, 'sans', false);
    const readyWidth = measure(words.readyOf(ready, all), m.font.label, 'sans', true);
    if (chips.left > typeEnd + 8 && chips.left + width + 14 < box.w - 12 - readyWidth) {
      marks.push(
        text(measure, chips.left + 2, upper, words.endpoints, { size: m.font.label, font: 'sans', ink: 'faint' }),
      );
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
    name: sayService(context, service),
    stamp: `${service.type} ${address} ${service.selector ?? ''} ${service.external ?? ''}`,
  };
}
