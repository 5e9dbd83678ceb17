import { type CommandRecord, evaluate, type Observed } from './conditions.ts';
import type { Lesson, Step } from './format.ts';

/** How one step stands; what the page shows. */
export interface StepProgress {
  readonly id: string;
  readonly done: boolean;
  readonly checks: readonly { readonly id: string; readonly passed: boolean; readonly now?: string }[];
  readonly predicted?: string;
  readonly hint?: string;
  /** Help that the learner took: `why`, `solution`, ids of hints. */
  readonly help?: readonly string[];
}

/** What is kept of a learner's progress in a lesson. */
export interface SavedProgress {
  readonly done: readonly string[];
  readonly happened: Readonly<Record<string, readonly string[]>>;
  readonly predicted: Readonly<Record<string, string>>;
  /** Missing in what older versions kept. */
  readonly help?: Readonly<Record<string, readonly string[]>>;
  /** The step the learner went to, where steps can be done in any order. */
  readonly at?: string;
}

/**
 * A learner's way through a lesson. Steps are done in order, unless each has a start of its own; a step that was done stays
 * done (undoing it later is exploring, not failing), and checks of the kind "once" stay true for the step in which they happened.
 */
export class LessonProgress {
  readonly lesson: Lesson;
  private readonly done = new Set<string>();
  private readonly happened = new Map<string, Set<string>>();
  private readonly predicted = new Map<string, string>();
  private readonly help = new Map<string, Set<string>>();
  private at: string | undefined;
  private last: readonly StepProgress[];

  constructor(lesson: Lesson, saved?: SavedProgress) {
    this.lesson = lesson;
    for (const id of saved?.done ?? []) this.done.add(id);
    for (const [step, checks] of Object.entries(saved?.happened ?? {})) this.happened.set(step, new Set(checks));
    for (const [step, option] of Object.entries(saved?.predicted ?? {})) this.predicted.set(step, option);
    for (const [step, taken] of Object.entries(saved?.help ?? {})) this.help.set(step, new Set(taken));
    this.at = saved?.at;
    this.last = this.lesson.steps.map((step) => (this.done.has(step.id) ? this.finished(step) : this.untouched(step)));
  }

  /** The step the learner is at, or undefined when all are done. */
  get current(): Step | undefined {
    const { steps } = this.lesson;
    const from = Math.max(
      0,
      steps.findIndex(({ id }) => id === this.at),
    );
    const open = ({ id }: Step) => !this.done.has(id);
    return steps.slice(from).find(open) ?? steps.find(open);
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

  /** The learner had themself shown something of a step: `why`, `solution`, a hint. Says nothing once the step is done. */
  helped(step: string, what: string): void {
    if (this.done.has(step)) return;
    this.help.set(step, (this.help.get(step) ?? new Set()).add(what));
    this.last = this.last.map((each) => (each.id === step ? { ...each, ...this.taken(step) } : each));
  }

  /** Whether the learner has taken this help in a step. */
  hasTaken(step: string, what: string): boolean {
    return this.help.get(step)?.has(what) === true;
  }

  /**
   * Goes to the beginning of a step: forgets what happened in it, and in all after it unless they have a start of their own. The
   * help that was taken is forgotten only where the step was done: it cannot be unseen.
   */
  reset(step: string): void {
    const { steps } = this.lesson;
    const from = Math.max(
      0,
      steps.findIndex((each) => each.id === step),
    );
    const own = steps[from]?.start !== undefined;
    if (own) this.at = step;
    for (const each of steps.slice(from, own ? from + 1 : undefined)) {
      if (this.done.delete(each.id)) this.help.delete(each.id);
      this.happened.delete(each.id);
      this.predicted.delete(each.id);
    }
    this.last = steps.map((each) => (this.done.has(each.id) ? this.finished(each) : this.untouched(each)));
  }

  save(): SavedProgress {
    return {
      done: [...this.done],
      happened: Object.fromEntries([...this.happened].map(([step, checks]) => [step, [...checks]])),
      predicted: Object.fromEntries(this.predicted),
      help: Object.fromEntries([...this.help].map(([step, taken]) => [step, [...taken]])),
      ...(this.at === undefined ? {} : { at: this.at }),
    };
  }

  /** The same way through another version of the lesson: what has changed is to be done again, the rest stays as it is. */
  revised(lesson: Lesson): LessonProgress {
    const saved = this.save();
    const before = new Map(this.lesson.steps.map((step) => [step.id, step]));
    const unchanged = (step: Step) =>
      new Set(
        step.checks
          .filter((check) => before.get(step.id)?.checks.some((each) => JSON.stringify(each) === JSON.stringify(check)))
          .map(({ id }) => id),
      );
    const kept = new Map(lesson.steps.map((step) => [step.id, unchanged(step)]));
    return new LessonProgress(lesson, {
      ...saved,
      done: saved.done.filter((id) => {
        const step = lesson.steps.find((each) => each.id === id);
        return step?.checks.every((check) => kept.get(id)?.has(check.id)) === true;
      }),
      happened: Object.fromEntries(
        Object.entries(saved.happened).map(([id, checks]) => [
          id,
          checks.filter((check) => kept.get(id)?.has(check) === true),
        ]),
      ),
    });
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

  private answer(step: Step): { predicted?: string; help?: readonly string[] } {
    const predicted = this.predicted.get(step.id);
    return { ...(predicted === undefined ? {} : { predicted }), ...this.taken(step.id) };
  }

  private taken(step: string): { help?: readonly string[] } {
    const help = this.help.get(step);
    return help === undefined ? {} : { help: [...help] };
  }
}

export type { CommandRecord, Observed };
