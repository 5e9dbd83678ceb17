import { type LessonContent, setupOf } from '../lessons/content.ts';
import { type SavedState, Session } from './session.ts';

/**
 * How a step begins when nobody has kept it: a new cluster with the lesson's setup and the step's own start; where steps have none,
 * the first solution of each earlier step runs, as fast as it can.
 */
export async function rebuildState(content: LessonContent, step: string, epoch: number): Promise<SavedState> {
  const { lesson } = content;
  const index = Math.max(
    0,
    lesson.steps.findIndex(({ id }) => id === step),
  );
  const own = lesson.steps[index]?.start === undefined ? undefined : lesson.steps[index];
  const session = new Session({ lesson: content, epoch, step });
  try {
    await session.ready(setupOf(lesson, own));
    for (const { solutions } of own === undefined ? lesson.steps.slice(0, index) : [])
      if (solutions[0] !== undefined) await session.script(solutions[0]);
    return session.state();
  } finally {
    session.stop();
  }
}
