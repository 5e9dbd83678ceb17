import type { LessonState } from '../../playground/protocol.ts';

/**
 * Which step stays open after the lesson's state changed: the one the learner reads, even when it is done, until they go on or
 * begin to do the next one.
 */
export function viewedAfter(
  before: { readonly viewed: string | undefined; readonly lesson: LessonState | undefined },
  next: LessonState,
): string | undefined {
  const { viewed, lesson } = before;
  const known = next.steps.some((step) => step.id === viewed);
  if (viewed === undefined || !known) return next.current ?? next.steps[next.steps.length - 1]?.id;
  if (lesson === undefined || next.current === undefined || next.current === viewed) return viewed;
  const passed = (of: LessonState) =>
    of.steps.find((step) => step.id === next.current)?.checks.filter((check) => check.passed).length ?? 0;
  const begun = lesson.current === next.current && passed(next) > passed(lesson);
  return begun ? next.current : viewed;
}
