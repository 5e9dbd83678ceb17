import { type CommandRecord, evaluate, type Observed } from './conditions.ts';
import type { Lesson, Step } from './format.ts';

/** How one step stands; what the page shows. */
export interface StepProgress {
  readonly id: string;
  readonly done: boolean;
  readonly checks: readonly { readonly id: string; readonly passed: boolean; readonly now?: string }[];
  readonly predicted?: string;
  readonly hint?: string;
}

/** What is kept of a learner's progress in a lesson. */
export interface SavedProgress {
  readonly done: readonly string[];
  readonly happened: Readonly<Record<string, readonly string[]>>;
  readonly predicted: Readonly<Record<string, string>>;
}

/**
 * A learner's way through a lesson. Steps are done in order; a step that was done stays done (undoing it later is
 * exploring, not failing), and checks of the kind "once" stay true for the step in which they happened.
 */
export class LessonProgress {
  readonly lesson: Lesson;
  private readonly done = new Set<string>();
  private readonly happened = new Map<string, Set<string>>();
  private readonly predicted = new Map<string, string>();
  private last: readonly StepProgress[];

  constructor(lesson: Lesson, saved?: SavedProgress) {
    this.lesson = lesson;
    for (const id of saved?.done ?? []) this.done.add(id);
    for (const [step, checks] of Object.entries(saved?.happened ?? {})) this.happened.set(step, new Set(checks));
    for (const [step, option] of Object.entries(saved?.predicted ?? {})) this.predicted.set(step, option);
    this.last = this.lesson.steps.map((step) => this.untouched(step));
  }

  /** The step the learner is at, or undefined when all are done. */
  get current(): Step | undefined {
    return this.lesson.steps.find((step) => !this.done.has(step.id));
  }

  get steps(): readonly StepProgress[] {
    return this.last;
  }

  /**
   * Looks again. `observed` holds the commands and traces since the current step began. Returns whether the current step
   * has just been done: the caller then starts a new observation for the next one.
   */
  look(observed: Observed): boolean {
    const step = this.current;
    let advanced = false;
    this.last = this.lesson.steps.map((each) => {
      if (each !== step) return this.done.has(each.id) ? this.finished(each) : this.untouched(each);
      const looked = this.lookAt(each, observed);
      advanced = looked.done;
      return looked;
    });
    return advanced;
  }

  predict(step: string, option: string): void {
    this.predicted.set(step, option);
  }

  /** Forgets what happened in this step and in all after it. */
  reset(step: string): void {
    const from = this.lesson.steps.findIndex((each) => each.id === step);
    for (const each of this.lesson.steps.slice(Math.max(from, 0))) {
      this.done.delete(each.id);
      this.happened.delete(each.id);
      this.predicted.delete(each.id);
    }
    this.last = this.lesson.steps.map((each) => (this.done.has(each.id) ? this.finished(each) : this.untouched(each)));
  }

  save(): SavedProgress {
    return {
      done: [...this.done],
      happened: Object.fromEntries([...this.happened].map(([step, checks]) => [step, [...checks]])),
      predicted: Object.fromEntries(this.predicted),
    };
  }

  private lookAt(step: Step, observed: Observed): StepProgress {
    const checks = step.checks.map((check) => {
      if (check.once !== undefined && this.happened.get(step.id)?.has(check.id) === true)
        return { id: check.id, passed: true };
      const condition = check.once ?? check.now;
      const finding = condition === undefined ? { holds: false } : evaluate(condition, observed);
      if (finding.holds && check.once !== undefined) {
        const kept = this.happened.get(step.id) ?? new Set<string>();
        this.happened.set(step.id, kept.add(check.id));
      }
      return { id: check.id, passed: finding.holds, ...(finding.now === undefined ? {} : { now: finding.now }) };
    });
    const done = checks.every((check) => check.passed);
    if (done) this.done.add(step.id);
    const hint = done
      ? undefined
      : step.hints?.find((each) => each.when !== undefined && evaluate(each.when, observed).holds);
    return { id: step.id, done, checks, ...this.answer(step), ...(hint === undefined ? {} : { hint: hint.id }) };
  }

  private finished(step: Step): StepProgress {
    return {
      id: step.id,
      done: true,
      checks: step.checks.map(({ id }) => ({ id, passed: true })),
      ...this.answer(step),
    };
  }

  private untouched(step: Step): StepProgress {
    return {
      id: step.id,
      done: false,
      checks: step.checks.map(({ id }) => ({ id, passed: false })),
      ...this.answer(step),
    };
  }

  private answer(step: Step): { predicted?: string } {
    const predicted = this.predicted.get(step.id);
    return predicted === undefined ? {} : { predicted };
  }
}

export type { CommandRecord, Observed };
