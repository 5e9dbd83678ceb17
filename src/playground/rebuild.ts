import type { LessonContent } from '../lessons/content.ts';
import { type SavedState, Session } from './session.ts';

/**
 * How a step begins when nobody has kept it: a new cluster with the lesson's setup, on which the first solution of each earlier
 * step runs, as fast as it can.
 */
export async function rebuildState(content: LessonContent, step: string, epoch: number): Promise<SavedState> {
  const { steps, setup } = content.lesson;
  const session = new Session({ lesson: content, epoch });
  try {
    await session.ready(setup);
    for (const earlier of steps.slice(
      0,
      Math.max(
        0,
        steps.findIndex(({ id }) => id === step),
      ),
    ))
      if (earlier.solutions[0] !== undefined) await session.script(earlier.solutions[0]);
    return session.state();
  } finally {
    session.stop();
  }
}
