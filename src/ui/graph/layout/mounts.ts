import type { ScenePod } from '../../../playground/scene.ts';
import type { LayoutContext } from './context.ts';
import type { Box, Tile } from './picture.ts';
import { text } from './text.ts';

const TAG = 33;
const GAP = 6;

/** Volumes worth a tag: what a person put there, not the token every pod has. */
function tagged(pod: ScenePod): ScenePod['mounts'] {
  return pod.system ? [] : pod.mounts.filter((mount) => mount.kind !== 'other').slice(0, 2);
}

/** Height that the volumes of a pod take below its tile. */
export function mountsHeight(pod: ScenePod): number {
  return tagged(pod).length * (TAG + GAP);
}

/** Volume tags hung from a pod, each with the name of its source and where it is mounted. */
export function mountTiles(context: LayoutContext, pod: ScenePod, under: Box): readonly Tile[] {
  const { measure, m } = context;
  const indent = 22;
  return tagged(pod).map((mount, index): Tile => {
    const y = under.y + under.h + GAP + index * (TAG + GAP);
    const w = under.w - indent;
    const from = -GAP - (index === 0 ? 0 : TAG);
    return {
      id: `mount/${pod.uid}/${mount.kind}/${mount.name}`,
      kind: 'mount',
      box: { x: under.x + indent, y, w, h: TAG },
      radius: 2,
      looks: [],
      marks: [
        { kind: 'stroke', role: 'hook', d: `M-9 ${from}V${TAG / 2}H0` },
        {
          kind: 'glyph',
          name: mount.kind === 'Secret' ? 'secret' : mount.kind === 'ConfigMap' ? 'configmap' : 'volume',
          x: 8,
          y: TAG / 2 - 6.5,
          scale: 0.8125,
        },
        text(measure, 29, 14, mount.name, { size: m.font.small, ink: 'strong', max: w - 36 }),
        text(measure, 29, 27, mount.path, { size: 10, ink: 'faint', max: w - 36 }),
      ],
      ...(mount.kind === 'Secret' || mount.kind === 'ConfigMap'
        ? { ref: { kind: mount.kind, namespace: pod.namespace, name: mount.name } }
        : {}),
      name: `${mount.kind} ${mount.name}, ${mount.path}`,
      parent: `Pod/${pod.uid}`,
    };
  });
}
