import type { ScenePod, SceneShell } from '../../../playground/scene.ts';
import { type LayoutContext, ownerName, podKey, shortNames, tailOf } from './context.ts';
import type { Box, Mark, StateGlyph, Tile } from './picture.ts';
import { firstThatFits, text } from './text.ts';

/** How many lines a pod shows: labels leave first, then the address. Zero is a pill with state and suffix. */
export type PodLines = 0 | 1 | 2 | 3;

const LINES: Readonly<Record<1 | 2 | 3 | 4, readonly number[]>> = {
  1: [0.62],
  2: [0.44, 0.83],
  3: [0.345, 0.6, 0.845],
  4: [0.245, 0.45, 0.66, 0.865],
};

/** Place of the tile's text lines, from its top. */
export function baselines(height: number, lines: 1 | 2 | 3 | 4): readonly number[] {
  return LINES[lines].map((share) => share * height);
}

function lookOf(pod: ScenePod): StateGlyph {
  return pod.state;
}

function statusInk(pod: ScenePod): 'faint' | 'warn' | 'bad' | 'pending' {
  if (pod.state === 'failed') return 'bad';
  if (pod.state === 'notready') return 'warn';
  return pod.state === 'pending' ? 'pending' : 'faint';
}

/** Whether kubectl's STATUS says more than the state glyph already does. */
function telling(pod: ScenePod): boolean {
  return pod.status !== 'Running' && pod.status !== '' && pod.status !== 'Terminating' && pod.status !== 'Completed';
}

/** What a screen reader says of a pod, and what its tooltip shows. */
export function describePod(context: LayoutContext, pod: ScenePod): string {
  const { words } = context;
  return [
    `${words.kinds.pod} ${pod.name}`,
    words.state[pod.state],
    telling(pod) ? pod.status : '',
    pod.ready,
    pod.ip ?? words.noIP,
    pod.labels.join(' '),
    pod.node ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export interface PodPlace {
  readonly box: Box;
  readonly lines: PodLines;
  /** Command running in the pod's own shell, shown as its last line. */
  readonly command?: string;
}

export function podTile(context: LayoutContext, pod: ScenePod, place: PodPlace): Tile {
  const { highlights } = context;
  const hot = highlights?.pods.includes(podKey(pod)) ?? false;
  const pill = place.lines === 0;
  return {
    id: `Pod/${pod.uid}`,
    kind: 'pod',
    box: place.box,
    radius: pill ? Math.min(11, place.box.h / 2) : 10,
    looks: [pod.state, ...(hot ? ['hot'] : []), ...(pill ? ['pill'] : [])],
    ...(hot && highlights !== undefined ? { hue: highlights.hue } : {}),
    marks: pill ? pillMarks(context, pod, place.box, hot) : cardMarks(context, pod, place),
    ref: pod.ref,
    name: describePod(context, pod),
    parent: `Node/${pod.node ?? ''}`,
    stamp: `${pod.state} ${pod.ready} ${pod.status}`,
  };
}

function pillMarks(context: LayoutContext, pod: ScenePod, box: Box, hot: boolean): readonly Mark[] {
  const { measure, m } = context;
  const size = m.density === 'L' ? 12.5 : 11.5;
  const baseline = box.h / 2 + size * 0.36;
  const marks: Mark[] = [{ kind: 'state', state: lookOf(pod), x: box.h / 2 + 1, y: box.h / 2, scale: 0.76 }];
  const start = box.h / 2 + 11;
  let end = box.w - 9;
  const address = pod.ip;
  if (address !== undefined) {
    const shown = box.w > 210 ? address : tailOf(address);
    const width = measure(shown, size - 1, 'mono', false);
    if (start + measure(pod.suffix.slice(0, 8), size, 'mono', hot) + width + 6 <= end) {
      marks.push(text(measure, end, baseline, shown, { size: size - 1, ink: 'faint', anchor: 'end' }));
      end -= width + 6;
    }
  }
  const owner = ownerName(pod);
  const names =
    box.w > 170
      ? [...shortNames(pod).slice(0, 2), pod.suffix]
      : pod.system && owner !== ''
        ? [owner, pod.suffix]
        : [pod.suffix];
  marks.push(
    text(measure, start, baseline, firstThatFits(measure, names, end - start, size, 'mono', hot), {
      size,
      ink: hot ? 'strong' : 'normal',
      bold: hot,
      struck: pod.state === 'terminating',
    }),
  );
  return marks;
}

function cardMarks(context: LayoutContext, pod: ScenePod, place: PodPlace): readonly Mark[] {
  const { measure, m, words } = context;
  const { box } = place;
  const lines = (place.command === undefined ? place.lines : Math.min(4, place.lines + (box.h >= 58 ? 1 : 0))) as
    | 1
    | 2
    | 3
    | 4;
  const rows = baselines(box.h, lines);
  const first = rows[0] ?? 0;
  const indent = m.density === 'P' || m.density === 'S' ? 27 : 27.5;
  const marks: Mark[] = [
    { kind: 'state', state: lookOf(pod), x: 14.5, y: first - m.font.name * 0.37, scale: m.density === 'P' ? 0.92 : 1 },
  ];
  const right = box.w - 10.5;
  const readyWidth = measure(pod.ready, m.font.small, 'mono', false);
  marks.push(text(measure, right, first - 0.4, pod.ready, { size: m.font.small, ink: 'faint', anchor: 'end' }));
  const room = right - readyWidth - 8 - indent;
  const names = shortNames(pod);
  const owner = ownerName(pod);
  const short =
    pod.system && owner !== '' && m.density !== 'L' ? [...names.slice(0, 2), owner, `…${pod.suffix}`] : names;
  marks.push(
    text(measure, indent, first, firstThatFits(measure, short, room, m.font.name, 'mono', true), {
      size: m.font.name,
      ink: 'strong',
      bold: true,
      struck: pod.state === 'terminating',
    }),
  );
  const last = lines - 1;
  const glyphRow = rows[last] ?? first;
  const served = pod.services.length > 0 && !pod.system;
  const glyphRoom = served ? 20 : 0;
  if (served && lines > 1)
    marks.push({ kind: 'glyph', name: 'service', x: box.w - 24, y: glyphRow - 10.5, scale: 0.8125 });
  const line = (index: number, words: string, ink: 'normal' | 'faint' | 'pending' | 'warn' | 'bad', sans = false) => {
    const y = rows[index];
    if (y === undefined || words === '') return;
    marks.push(
      text(measure, indent, y, words, {
        size: sans || index > 1 ? m.font.small : m.font.mono,
        font: sans ? 'sans' : 'mono',
        ink,
        max: right - indent - (index === last ? glyphRoom : 0),
      }),
    );
  };
  const status = telling(pod);
  if (lines === 2) {
    if (status && (pod.ip === undefined || pod.state !== 'ready')) line(1, pod.status, statusInk(pod));
    else line(1, pod.ip ?? words.noIP, 'normal', pod.ip === undefined);
  } else if (lines > 2) {
    line(1, pod.ip ?? words.noIP, pod.ip === undefined ? 'faint' : 'normal', pod.ip === undefined);
    if (status) line(2, pod.status, statusInk(pod));
    else line(2, pod.labels[0] ?? '', 'faint');
  }
  if (place.command !== undefined && lines > 2) line(last, `$ ${place.command}`, 'faint');
  return marks;
}

/** The shells a learner has open on a node, as one tile: the one where something runs speaks for all. */
export function shellTile(context: LayoutContext, node: string, shells: readonly SceneShell[], box: Box): Tile {
  const { measure, m, words, highlights } = context;
  const speaking = shells.find((shell) => shell.command !== undefined) ?? shells[0];
  const title = shells.length > 1 ? words.shells(shells.length) : words.shell;
  const pill = box.h < 34;
  const lines = pill ? 1 : box.h >= 56 ? 3 : 2;
  const rows = baselines(box.h, lines);
  const hot = highlights !== undefined && highlights.nodes[0] === node && highlights.pods.length === 0;
  const marks: Mark[] = [
    { kind: 'glyph', name: 'shell', x: 7, y: (rows[0] ?? 0) - 11, scale: 0.875 },
    text(measure, 26, rows[0] ?? 0, title, {
      size: m.font.name,
      font: 'sans',
      ink: 'strong',
      bold: true,
      max: box.w - 34,
    }),
  ];
  if (lines > 1) {
    const command = speaking?.command;
    marks.push(
      text(measure, 10.5, rows[1] ?? 0, command ?? words.idle, {
        size: command === undefined ? m.font.label : m.font.mono,
        font: command === undefined ? 'sans' : 'mono',
        ink: command === undefined ? 'faint' : 'normal',
        max: box.w - 18,
      }),
    );
  }
  if (lines > 2)
    marks.push(
      text(measure, 10.5, rows[2] ?? 0, speaking?.address ?? '', { size: m.font.small, ink: 'faint', max: box.w - 18 }),
    );
  return {
    id: `shell/${node}`,
    kind: 'shell',
    box,
    radius: 2,
    looks: hot ? ['lit'] : [],
    marks,
    ref: { kind: 'Shell', name: speaking?.machine ?? `node/${node}` },
    name: [title, speaking?.command ?? words.idle, speaking?.address ?? ''].join(', '),
    parent: `Node/${node}`,
  };
}
