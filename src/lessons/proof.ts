import type { Problem } from './content.ts';
import type { Demo, Step } from './format.ts';
import { omissions } from './omissions.ts';
import type { LessonFolder, ParsedLesson } from './parse.ts';
import type { StepProgress } from './progress.ts';

/** A lesson under way on a cluster of its own, as the proof needs it; the playground makes it. */
export interface Stage {
  /** Runs a script on the laptop, as fast as possible, and gives what it printed; ended by Ctrl-C after `limit` virtual ms. */
  run(script: string, limit?: number): Promise<{ readonly status: number; readonly output: string }>;
  /**
   * Runs a command of the prose as the learner would, where it belongs (`laptop`, `node`, a machine), what stands in angle
   * brackets filled in; ended by Ctrl-C when it goes on for long.
   */
  command(text: string, on: string): Promise<{ readonly status: number; readonly output: string }>;
  /** Shows a step's demonstration on a copy. Undefined when the machine it names is not there. */
  demonstrate(demo: Demo): Promise<Shown | undefined>;
  /** Whether there is an object of this kind and name. */
  exists(kind: string, name: string, namespace: string): boolean;
  /** Keeps how everything stands now; what is given opens another stage that goes on from there, as after a reload of the page. */
  mark(): () => Promise<Stage>;
  /** How the steps stand now. */
  progress(): readonly StepProgress[];
  /** Fingerprint of everything that has happened. */
  fingerprint(): string;
  close(): void;
}

/** What a demonstration came to. */
export interface Shown {
  /** The command line, what stood in angle brackets filled in. */
  readonly line: string;
  readonly status: number;
  readonly output: string;
  /** The codes of its packets' hops, a list for each packet. */
  readonly hops: readonly (readonly string[])[];
}

/** Opens a lesson at its beginning, its setup done, or at a step with a start of its own. The same seed gives the same stage. */
export type OpenStage = (parsed: ParsedLesson, seed: number, step?: string) => Promise<Stage>;

export interface Proof {
  readonly slug: string;
  readonly problems: readonly Problem[];
  /** What was tried: each is one statement that could have failed. */
  readonly assertions: number;
  /**
   * Checks that could be deleted without a test noticing, as `step/check`: no listed wrong answer, and where mutations are asked
   * for no solution with one statement left out, is kept from passing by that check alone.
   */
  readonly unguarded: readonly string[];
}

const SEED = 7;

/** What the traffic of a step with a start of its own needs to show what has become of it: pods start, clients ask again. */
const SETTLE = 'sleep 60';

/** A script that lacks a statement may wait for ever: Ctrl-C after so many virtual ms. */
const LOST = 900_000;

/** What a program says that was not meant this way, whatever the lesson is about. */
const NOT_UNDERSTOOD =
  /command not found|^error: unknown (?:command|flag|shorthand flag)|^bash: .*syntax error|^error: the path "[^"]+" does not exist|^unknown (?:shorthand )?flag/m;

/** Where in `lesson.yaml` a word of a step stands: an id, a hint's name, or a key; else the step itself. 1-based. */
export function linesOf(folder: LessonFolder): (step: string, word: string) => number {
  const lines = (folder.texts['lesson.yaml'] ?? '').split('\n');
  return (step, word) => {
    const start = lines.findIndex((line) => line.trim() === `- id: ${step}`);
    const at = lines.findIndex((line, index) => index >= start && new RegExp(`(id: |hint: |^ *)${word}\\b`).test(line));
    return (at < 0 ? start : at) + 1;
  };
}

/**
 * Proves a lesson from both sides: before a step each of its checks fails; each listed solution passes them all; each
 * listed wrong answer leaves the step undone and makes its hint speak; and two runs of one seed are the same.
 */
export async function prove(
  parsed: ParsedLesson,
  open: OpenStage,
  lineOf: (step: string, word: string) => number,
  options: { readonly mutations?: boolean } = {},
): Promise<Proof> {
  const { lesson } = parsed;
  const file = `lessons/${lesson.slug}/lesson.yaml`;
  const problems: Problem[] = [];
  let assertions = 0;
  const unguarded: string[] = [];
  const say = (step: Step, word: string, message: string, remedy: string) =>
    problems.push({ file, line: lineOf(step.id, word), message: `step "${step.id}": ${message}`, remedy });

  const [opening] = lesson.steps;
  assertions++;
  if (opening !== undefined && lesson.challenge !== true && lesson.steps.every((step) => step.demo === undefined))
    say(
      opening,
      opening.id,
      'no step of the lesson has a demonstration',
      'Add "demo" where a packet on its way teaches most, and ::demo[what to watch] in each language.',
    );

  // One stage goes through the whole lesson by the first solutions; what else is tried at a step goes on from a copy of how it began.
  const walk = new Walk(parsed, open);
  for (const [index, step] of lesson.steps.entries()) {
    const settle = async (stage: Stage) => {
      if (step.start !== undefined) await stage.run(SETTLE);
    };
    const before = await walk.enter(step);
    const at = before.mark();
    const fresh = before.progress()[index];
    const earlier =
      step.start === undefined &&
      before
        .progress()
        .slice(0, index)
        .some((each) => !each.done);
    const { focus } = step;
    if (step.demo !== undefined) {
      const calm = before.fingerprint();
      const shown = await before.demonstrate(step.demo);
      assertions += 3;
      if (shown === undefined)
        say(step, 'demo', `there is no machine "${step.demo.on}" to demonstrate on`, 'Name a machine that is there.');
      else {
        const failed = shown.status !== 0;
        const wanted = step.demo.fails === true ? 'fail' : 'succeed';
        if (failed !== (step.demo.fails === true))
          say(
            step,
            'demo',
            `the demonstration "${firstLine(shown.line)}" should ${wanted}, and its status is ${shown.status}; it printed:\n${indent(shown.output)}`,
            'Mend "run" or "prepare", or say "fails: true" when it is meant to fail.',
          );
        const passed = new Set(shown.hops.flat());
        const missing = (step.demo.shows ?? []).filter((code) => !passed.has(code));
        assertions += step.demo.shows?.length ?? 0;
        if (shown.hops.length === 0)
          say(step, 'demo', 'the demonstration sends no packet', 'Run a command that makes a request.');
        else if (missing.length > 0)
          say(
            step,
            'shows',
            `no packet of the demonstration passes ${missing.join(', ')}; they pass ${[...passed].join(', ')}`,
            'Mend "run" or "prepare", or name hops that the packets pass.',
          );
      }
      if (before.fingerprint() !== calm)
        say(step, 'demo', "the demonstration has touched the learner's own cluster", 'This is a fault of Hopscope.');
    }
    let focused = focus?.name === undefined || before.exists(focus.kind, focus.name, focus.namespace ?? 'default');
    if (earlier) {
      // Its own turn has reported it already.
      break;
    }
    for (const check of fresh?.checks ?? []) {
      assertions++;
      if (check.passed)
        say(
          step,
          check.id,
          `check "${check.id}" passes before the learner does anything`,
          'Make it ask for what this step changes, or remove it.',
        );
    }

    for (const [number, solution] of step.solutions.entries()) {
      const stage = number === 0 ? before : await at();
      const { output } = await stage.run(solution);
      await settle(stage);
      const after = stage.progress()[index];
      assertions++;
      if (focus?.name !== undefined) focused ||= stage.exists(focus.kind, focus.name, focus.namespace ?? 'default');
      if (after?.done !== true) {
        const failed = after?.checks.filter((check) => !check.passed).map((check) => `"${check.id}"`) ?? [];
        say(
          step,
          'solutions',
          `solution ${number + 1} leaves ${failed.join(', ')} unmet; it printed:\n${indent(output)}`,
          'Mend the solution, or the checks that do not see it.',
        );
      }
      if (stage !== before) stage.close();
    }

    if (!focused && focus?.name !== undefined) {
      assertions++;
      say(
        step,
        'focus',
        `the focus, ${focus.kind} "${focus.name}", is neither there before the step nor after it`,
        'Name an object that exists, or remove the focus.',
      );
    }

    const guarded = new Set<string>();
    for (const wrong of step.wrong ?? []) {
      const stage = await at();
      const { output } = await stage.run(wrong.run);
      await settle(stage);
      const after = stage.progress()[index];
      assertions += 2 + (wrong.fails?.length ?? 0);
      if (after?.done === true)
        say(
          step,
          wrong.hint,
          `the wrong answer "${firstLine(wrong.run)}" passes every check`,
          'Add a check that tells it from a solution.',
        );
      else if (after?.hint !== wrong.hint)
        say(
          step,
          wrong.hint,
          `after the wrong answer "${firstLine(wrong.run)}" ${after?.hint === undefined ? 'no hint speaks' : `hint "${after.hint}" speaks`} instead of "${wrong.hint}"; it printed:\n${indent(output)}`,
          'Change the hint\'s "when", or the order of the hints: the first that holds speaks.',
        );
      const unmet = after?.checks.filter((check) => !check.passed) ?? [];
      if (unmet.length === 1 && unmet[0] !== undefined) guarded.add(unmet[0].id);
      for (const id of wrong.fails ?? []) guarded.add(id);
      for (const id of wrong.fails ?? []) {
        if (after?.checks.find((check) => check.id === id)?.passed === true)
          say(
            step,
            id,
            `check "${id}" passes after the wrong answer "${firstLine(wrong.run)}"`,
            'Make the check stricter.',
          );
      }
      stage.close();
    }
    if (options.mutations === true)
      for (const partial of step.solutions.flatMap(omissions)) {
        if (step.checks.every(({ id }) => guarded.has(id))) break;
        const stage = await at();
        await stage.run(partial, LOST);
        await settle(stage);
        const unmet = stage.progress()[index]?.checks.filter((check) => !check.passed) ?? [];
        if (unmet.length === 1 && unmet[0] !== undefined) guarded.add(unmet[0].id);
        stage.close();
      }
    for (const check of step.checks) if (!guarded.has(check.id)) unguarded.push(`${step.id}/${check.id}`);

    const reader = await at();
    for (const { text, on, line } of parsed.prose.en.steps[step.id]?.commands ?? []) {
      const { status, output } = await reader.command(text, on);
      assertions++;
      if (status === 127 || NOT_UNDERSTOOD.test(output))
        problems.push({
          file: `lessons/${lesson.slug}/en.md`,
          line,
          message: `step "${step.id}": the command "${firstLine(text)}" does not run; it printed:\n${indent(output)}`,
          remedy: 'Mend the command, in every language.',
        });
    }
    reader.close();
  }

  const first = walk.end();
  const second = await again(parsed, open);
  assertions++;
  if (first !== second && lesson.steps[0] !== undefined)
    say(
      lesson.steps[0],
      'solutions',
      'two runs with one seed differ',
      'Something reads time or chance from outside the simulation.',
    );
  return { slug: lesson.slug, problems, assertions, unguarded };
}

/** A stage that goes from step to step; a new one where a step has a start of its own. */
class Walk {
  private readonly parsed: ParsedLesson;
  private readonly open: OpenStage;
  private readonly fingerprints: string[] = [];
  private stage: Stage | undefined;

  constructor(parsed: ParsedLesson, open: OpenStage) {
    this.parsed = parsed;
    this.open = open;
  }

  /** The stage at the beginning of a step, all steps before it done. */
  async enter(step: Step): Promise<Stage> {
    if (this.stage !== undefined && step.start === undefined) return this.stage;
    this.leave();
    const stage = await this.open(this.parsed, SEED, step.start === undefined ? undefined : step.id);
    this.stage = stage;
    if (step.start !== undefined) await stage.run(SETTLE);
    return stage;
  }

  /** What has happened, as a fingerprint. */
  end(): string {
    this.leave();
    return this.fingerprints.join();
  }

  private leave(): void {
    if (this.stage === undefined) return;
    this.fingerprints.push(this.stage.fingerprint());
    this.stage.close();
    this.stage = undefined;
  }
}

/** The same way once more, with nothing else done on it. */
async function again(parsed: ParsedLesson, open: OpenStage): Promise<string> {
  const walk = new Walk(parsed, open);
  for (const step of parsed.lesson.steps) {
    const stage = await walk.enter(step);
    await stage.run(step.solutions[0] ?? '');
    if (step.start !== undefined) await stage.run(SETTLE);
  }
  return walk.end();
}

function firstLine(text: string): string {
  const [first = ''] = text.trim().split('\n');
  return first.length > 60 ? `${first.slice(0, 57)}...` : first;
}

function indent(text: string): string {
  const lines = text.trimEnd().split('\n');
  const shown = lines.length > 12 ? ['...', ...lines.slice(-12)] : lines;
  return shown.map((line) => `      ${line}`).join('\n');
}
