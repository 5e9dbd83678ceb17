import type { SceneDockerHost } from '../../../playground/scene.ts';
import type { LayoutContext } from './context.ts';
import { DOOR } from './metrics.ts';
import type { Box, Caption, Mark, Point, Room, Street, Tile } from './picture.ts';
import { firstThatFits, round, text } from './text.ts';

/** Plain Docker hosts beside the cluster: rooms whose conduit, docker0, ends at their own walls. */
export interface LaidDocker {
  readonly rooms: readonly Room[];
  readonly tiles: readonly Tile[];
  readonly captions: readonly Caption[];
  readonly street: Street;
}

export function layDocker(context: LayoutContext, area: Box, streetY: number): LaidDocker {
  const { m, measure, words, scene } = context;
  const rooms: Room[] = [];
  const tiles: Tile[] = [];
  const captions: Caption[] = [
    {
      id: 'docker',
      mark: text(measure, area.x, m.caption, words.docker, {
        size: m.font.canopyName,
        font: 'sans',
        ink: 'strong',
        bold: true,
      }),
    },
  ];
  const bandY = m.thin.y + 0.5;
  const bandH = Math.min(34, area.y - m.tetherGap - bandY);
  tiles.push({
    id: 'docker-band',
    kind: 'empty',
    box: { x: area.x + 0.5, y: bandY, w: area.w - 1, h: bandH },
    radius: 6,
    looks: [],
    marks: [
      text(measure, 18, bandH / 2 + m.font.label * 0.36, words.nothingSpans, {
        size: m.font.label,
        font: 'sans',
        ink: 'faint',
        max: area.w - 30,
      }),
    ],
    name: words.nothingSpans,
  });
  const twice = addressesSeenTwice(scene.dockerHosts);
  const gap = 14;
  const w = Math.floor((area.w - gap * (scene.dockerHosts.length - 1)) / Math.max(1, scene.dockerHosts.length));
  scene.dockerHosts.forEach((host, index) => {
    const box = { x: area.x + index * (w + gap), y: area.y, w, h: area.h };
    const laid = hostRoom(context, host, box, streetY, twice);
    rooms.push(laid.room);
    tiles.push(...laid.tiles);
    captions.push(...laid.captions);
  });
  return {
    rooms,
    tiles,
    captions,
    street: { from: { x: area.x + 10, y: streetY }, to: { x: area.x + area.w - 4, y: streetY } },
  };
}

function addressesSeenTwice(hosts: readonly SceneDockerHost[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const host of hosts) {
    for (const container of host.containers) {
      if (seen.has(container.ip)) twice.add(container.ip);
      seen.add(container.ip);
    }
  }
  return twice;
}

function hostRoom(
  context: LayoutContext,
  host: SceneDockerHost,
  box: Box,
  streetY: number,
  twice: ReadonlySet<string>,
): { readonly room: Room; readonly tiles: readonly Tile[]; readonly captions: readonly Caption[] } {
  const { m, measure, words, highlights } = context;
  const pad = 12;
  const bridgeY = box.y + box.h - Math.max(64, m.bridge * 2.4);
  const top = box.y + m.roomTop;
  const podW = box.w - pad * 2 - 20;
  const riserX = box.x + pad + podW + 10;
  const trunkX = box.x + box.w / 2;
  const space = bridgeY - 34 - top;
  const count = host.containers.length;
  const h = Math.max(22, Math.min(50, (space - (count - 1) * 9) / Math.max(1, count)));
  const shown = host.containers.slice(0, Math.max(1, Math.floor((space + 9) / (h + 9))));
  const ports: Record<string, Point> = {};
  const tiles: Tile[] = [
    {
      id: `Host/${host.name}`,
      kind: 'node',
      box,
      radius: 0,
      looks: ['ready'],
      marks: [
        { kind: 'glyph', name: 'node', x: 11, y: m.roomName - 12, scale: 0.90625 },
        text(measure, 31, m.roomName, host.name, { size: m.font.name, ink: 'strong', bold: true, max: box.w - 40 }),
      ],
      ref: { kind: 'DockerHost', name: host.name },
      name: `${words.docker} ${host.name}, ${host.address}`,
    },
  ];
  shown.forEach((container, index) => {
    const tileBox = { x: box.x + pad + 0.5, y: round(top + index * (h + 9) + 0.5), w: podW, h };
    const id = `container/${host.name}/${container.name}`;
    const hot = highlights?.pods.includes(`${host.name}/${container.name}`) ?? false;
    const two = h >= 38;
    const marks: Mark[] = [
      { kind: 'glyph', name: 'container', x: 8, y: (two ? h * 0.36 : h / 2) - 7, scale: 0.8125 },
      text(
        measure,
        27,
        two ? h * 0.42 : h * 0.66,
        firstThatFits(measure, [container.name], podW - 34, m.font.name, 'mono', true),
        { size: m.font.name, ink: 'strong', bold: true },
      ),
    ];
    if (two) {
      if (twice.has(container.ip)) {
        const width = measure(container.ip, m.font.mono, 'mono', false);
        marks.push({
          kind: 'box',
          role: 'equal',
          box: { x: 21, y: round(h * 0.8 - 13), w: round(width + 12), h: 17 },
          radius: 3,
        });
      }
      marks.push(text(measure, 27, h * 0.8, container.ip, { size: m.font.mono, ink: 'normal', max: podW - 34 }));
    }
    tiles.push({
      id,
      kind: 'container',
      box: tileBox,
      radius: 10,
      looks: hot ? ['hot'] : [],
      ...(hot && highlights !== undefined ? { hue: highlights.hue } : {}),
      marks,
      ref: { kind: 'Container', name: container.name, namespace: host.name },
      name: [
        `${words.kinds.container} ${container.name}`,
        container.image,
        container.ip,
        twice.has(container.ip) ? words.sameAddress : '',
      ]
        .filter((part) => part !== '')
        .join(', '),
      parent: `Host/${host.name}`,
    });
    ports[id] = { x: tileBox.x + podW, y: round(tileBox.y + h / 2) };
  });
  const published = host.containers.flatMap((container) => container.published);
  published.slice(0, 2).forEach((port, index) => {
    const label = `${port.host}`;
    tiles.push({
      id: `nodeport/${host.name}/${port.host}`,
      kind: 'mount',
      box: {
        x: box.x + 20 + index * 68,
        y: Math.min(bridgeY + 38, box.y + box.h - 30),
        w: 60,
        h: 19,
      },
      radius: 3,
      looks: ['tag'],
      marks: [
        { kind: 'glyph', name: 'nodeport', x: 4, y: 3.5, scale: 0.75 },
        text(measure, 20, 13.4, label, { size: m.font.small - 0.5, ink: 'normal' }),
      ],
      name: `${host.address}:${port.host}`,
      parent: `Host/${host.name}`,
    });
  });
  const doorY = box.y + box.h;
  const captions: Caption[] = [
    {
      id: `bridge/${host.name}`,
      mark: text(
        measure,
        box.x + pad,
        bridgeY - 20,
        firstThatFits(measure, [`docker0 ${host.bridge}`, 'docker0'], riserX - box.x - pad - 4, m.font.small, 'mono'),
        { size: m.font.small, ink: 'faint', max: riserX - box.x - pad - 4 },
      ),
    },
    {
      id: `ip/${host.name}`,
      mark: text(measure, trunkX + DOOR + 4, doorY + m.font.small + 8, host.address, {
        size: m.font.small,
        ink: 'faint',
        // It may reach into the gap before the next host: an address that is cut says nothing.
        max: box.x + box.w + 12 - trunkX - DOOR - 4,
      }),
    },
  ];
  const first = Math.min(bridgeY, ...Object.values(ports).map((port) => port.y));
  const wires = [
    `M${round(trunkX)} ${bridgeY + 6}V${streetY}`,
    ...(shown.length > 0 ? [`M${riserX} ${first}V${bridgeY}`] : []),
    ...Object.values(ports).map((port) => `M${round(port.x)} ${port.y}H${riserX}`),
  ].join('');
  return {
    room: {
      node: host.name,
      tile: `Host/${host.name}`,
      box,
      state: 'ready',
      thin: false,
      door: { side: 'bottom', from: round(trunkX - DOOR), to: round(trunkX + DOOR) },
      tracks: {
        riserX,
        bridgeY,
        trunkX: round(trunkX),
        rulesIn: { x: riserX, y: bridgeY },
        rulesOut: { x: round(trunkX), y: bridgeY },
        door: { x: round(trunkX), y: doorY },
        street: { x: round(trunkX), y: streetY },
        ports,
      },
      wires,
      conduit: { from: { x: box.x + 20, y: bridgeY }, to: { x: box.x + box.w - 20, y: bridgeY } },
    },
    tiles,
    captions,
  };
}
