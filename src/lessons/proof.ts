import type { Problem } from './content.ts';
import type { Step } from './format.ts';
import type { ParsedLesson } from './parse.ts';
import type { StepProgress } from './progress.ts';

/** A lesson under way on a cluster of its own, as the proof needs it; the playground makes it. */
export interface Stage {
  /** Runs a script on the laptop, as fast as possible, and gives what it printed. */
  run(script: string): Promise<{ readonly status: number; readonly output: string }>;
  /** How the steps stand now. */
  progress(): readonly StepProgress[];
  /** Fingerprint of everything that has happened. */
  fingerprint(): string;
  close(): void;
}

/** Opens a lesson at its beginning, its setup done. The same seed gives the same stage. */
export type OpenStage = (parsed: ParsedLesson, seed: number) => Promise<Stage>;

export interface Proof {
  readonly slug: string;
  readonly problems: readonly Problem[];
  /** What was tried: each is one statement that could have failed. */
  readonly assertions: number;
}

const SEED = 7;

/**
 * Proves a lesson from both sides: before a step each of its checks fails; each listed solution passes them all; each
 * listed wrong answer leaves the step undone and makes its hint speak; and two runs of one seed are the same.
 */
export async function prove(
  parsed: ParsedLesson,
  open: OpenStage,
  lineOf: (step: string, word: string) => number,
): Promise<Proof> {
  const { lesson } = parsed;
  const file = `lessons/${lesson.slug}/lesson.yaml`;
  const problems: Problem[] = [];
  let assertions = 0;
  const say = (step: Step, word: string, message: string, remedy: string) =>
    problems.push({ file, line: lineOf(step.id, word), message: `step "${step.id}": ${message}`, remedy });

  /** A stage at the beginning of a step: the first solutions of all steps before it have been run. */
  const at = async (index: number): Promise<Stage> => {
    const stage = await open(parsed, SEED);
    for (const step of lesson.steps.slice(0, index)) await stage.run(step.solutions[0] ?? '');
    return stage;
  };

  for (const [index, step] of lesson.steps.entries()) {
    const before = await at(index);
    const fresh = before.progress()[index];
    const earlier = before
      .progress()
      .slice(0, index)
      .find((each) => !each.done);
    before.close();
    if (earlier !== undefined) {
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
      const stage = await at(index);
      const { output } = await stage.run(solution);
      const after = stage.progress()[index];
      assertions++;
      if (after?.done !== true) {
        const failed = after?.checks.filter((check) => !check.passed).map((check) => `"${check.id}"`) ?? [];
        say(
          step,
          'solutions',
          `solution ${number + 1} leaves ${failed.join(', ')} unmet; it printed:\n${indent(output)}`,
          'Mend the solution, or the checks that do not see it.',
        );
      }
      stage.close();
    }

    for (const wrong of step.wrong ?? []) {
      const stage = await at(index);
      const { output } = await stage.run(wrong.run);
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
  }

  const [first, second] = [await runAll(parsed, open), await runAll(parsed, open)];
  assertions++;
  if (first !== second && lesson.steps[0] !== undefined)
    say(
      lesson.steps[0],
      'solutions',
      'two runs with one seed differ',
      'Something reads time or chance from outside the simulation.',
    );
  return { slug: lesson.slug, problems, assertions };
}

async function runAll(parsed: ParsedLesson, open: OpenStage): Promise<string> {
  const stage = await open(parsed, SEED);
  for (const step of parsed.lesson.steps) await stage.run(step.solutions[0] ?? '');
  const fingerprint = stage.fingerprint();
  stage.close();
  return fingerprint;
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
