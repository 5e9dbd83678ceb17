import type { Language, Lesson, Step } from './format.ts';

/** The words of one step in one language. Texts are Markdown unless said otherwise. */
export interface StepProse {
  /** Plain text with inline code. */
  readonly title: string;
  /** What stands between the title and the end of the step, without checks, hints and the prediction. */
  readonly body: string;
  readonly checks: Readonly<Record<string, string>>;
  readonly hints: Readonly<Record<string, string>>;
  readonly predict?: {
    readonly question: string;
    readonly options: Readonly<Record<string, string>>;
    readonly after?: string;
  };
  /** What to watch in the step's demonstration. */
  readonly demo?: string;
  /** Command blocks of the body, in order. `on` is `laptop`, `node`, or a machine's name. */
  readonly commands: readonly { readonly on: string; readonly text: string; readonly line: number }[];
}

export interface LessonProse {
  readonly title: string;
  readonly summary: string;
  readonly intro: string;
  readonly steps: Readonly<Record<string, StepProse>>;
}

/** A lesson as the product uses it: structure, starting files and one language's words. */
export interface LessonContent {
  readonly lesson: Lesson;
  /** Contents of `files/`, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly language: Language;
  readonly prose: LessonProse;
}

/** The files that lie in the learner's home folder when a step begins that has a beginning of its own, or the lesson does. */
export function filesAt({ lesson, files }: LessonContent, step: Step | undefined): Readonly<Record<string, string>> {
  const names = new Set([...lesson.files, ...(step?.files ?? [])]);
  return Object.fromEntries(Object.entries(files).filter(([name]) => names.has(name)));
}

/** The shell commands that make the beginning of such a step, or of the lesson. */
export function setupOf(lesson: Lesson, step: Step | undefined): string {
  return [lesson.setup ?? '', step?.start ?? ''].filter((part) => part !== '').join('\n');
}

/** Whether two versions of a lesson begin with the same cluster and the same files, so that one can go on where the other is. */
export function sameStart(one: LessonContent, other: LessonContent): boolean {
  return startText(one) === startText(other);
}

function startText(content: LessonContent): string {
  const { cluster, setup, files, steps } = content.lesson;
  const starts = steps.filter(({ start }) => start !== undefined).map(({ id, start, files }) => [id, start, files]);
  const texts = Object.entries(content.files).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([content.lesson.slug, cluster, setup ?? '', files, starts, texts]);
}

/** One line of the course map. */
export interface CatalogueEntry {
  readonly slug: string;
  readonly order: number;
  readonly minutes: number;
  readonly breaks: boolean;
  readonly cluster: string;
  /** Step ids in order. */
  readonly steps: readonly string[];
  readonly titles: Readonly<Record<Language, string>>;
  readonly summaries: Readonly<Record<Language, string>>;
}

/** Something wrong with a lesson's files, where, and what mends it. */
export interface Problem {
  /** `lessons/expose-pods/en.md` */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}
