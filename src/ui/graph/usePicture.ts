import { useMemo, useRef } from 'react';
import type { ObjectRef } from '../../cluster/api/types.ts';
import type { Scene } from '../../playground/scene.ts';
import { layout } from './layout/layout.ts';
import type { Highlights, Picture } from './layout/picture.ts';
import { shareWith } from './layout/share.ts';
import { NO_SLOTS } from './layout/slots.ts';
import type { Measure } from './layout/text.ts';
import type { GraphWords } from './words.ts';

export interface PictureInput {
  readonly scene: Scene;
  readonly width: number;
  readonly height: number;
  readonly words: GraphWords;
  readonly measure: Measure;
  readonly highlights: Highlights | undefined;
  readonly selected: ObjectRef | undefined;
  readonly opened: readonly string[];
}

/** The picture of a scene, with slots remembered and unchanged parts shared from one picture to the next. */
export function usePicture(input: PictureInput): Picture | undefined {
  const { scene, width, height, words, measure, highlights, selected, opened } = input;
  const memory = useRef({ slots: NO_SLOTS, picture: undefined as Picture | undefined });
  return useMemo(() => {
    if (width === 0 || height === 0) return undefined;
    const laid = layout(
      scene,
      {
        width,
        height,
        words,
        measure,
        opened,
        ...(highlights === undefined ? {} : { highlights }),
        ...(selected === undefined ? {} : { selected }),
      },
      memory.current.slots,
    );
    const picture = shareWith(memory.current.picture, laid.picture);
    memory.current = { slots: laid.memory, picture };
    return picture;
  }, [scene, width, height, words, measure, highlights, selected, opened]);
}
