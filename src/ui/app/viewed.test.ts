import { describe, expect, it } from 'vitest';
import type { LessonState } from '../../playground/protocol.ts';
import { viewedAfter } from './viewed.ts';

function lesson(...passed: readonly (readonly boolean[])[]): LessonState {
  const steps = passed.map((checks, index) => ({
    id: `s${index + 1}`,
    done: checks.every((check) => check),
    checks: checks.map((check, number) => ({ id: `c${number}`, passed: check })),
  }));
  return { slug: 'test', current: steps.find((step) => !step.done)?.id, steps };
}

describe('the open step', () => {
  it('is at first the one to do', () => {
    expect(viewedAfter({ viewed: undefined, lesson: undefined }, lesson([true], [false]))).toBe('s2');
    expect(viewedAfter({ viewed: 'of another lesson', lesson: undefined }, lesson([true], [true]))).toBe('s2');
  });

  it('stays open when it is done, so that its end can be read', () => {
    const before = { viewed: 's1', lesson: lesson([false], [false, false]) };
    expect(viewedAfter(before, lesson([true], [false, false]))).toBe('s1');
  });

  it('makes way once the learner has begun the next one', () => {
    const before = { viewed: 's1', lesson: lesson([true], [false, false]) };
    expect(viewedAfter(before, lesson([true], [true, false]))).toBe('s2');
  });

  it('does not jump when a check is lost again', () => {
    const before = { viewed: 's1', lesson: lesson([true], [true, false]) };
    expect(viewedAfter(before, lesson([true], [false, false]))).toBe('s1');
  });
});
