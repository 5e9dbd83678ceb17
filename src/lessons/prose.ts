import type { LessonProse, Problem, StepProse } from './content.ts';

const OPEN = /^(:{3,})(step|predict)\{#([a-z0-9-]+)\}\s*$/;
const CLOSE = /^:{3,}\s*$/;
const LEAF = /^::(check|hint)\[(.*)\]\{#([a-z0-9-]+)\}\s*$/;
const DEMO = /^::demo\[(.*)\]\s*$/;
const FENCE = /^(`{3,}|~{3,})(.*)$/;

interface Draft {
  title: string;
  body: string[];
  checks: Record<string, string>;
  hints: Record<string, string>;
  demo?: string;
  predict?: { question: string[]; options: Record<string, string>; after: string[] };
  commands: { on: string; text: string; line: number }[];
}

/**
 * Reads a lesson's Markdown into steps. Works line by line: the directives are ours, everything between them stays Markdown
 * and is rendered as such later. Never throws: what is wrong is added to `problems`, and reading goes on.
 */
export function parseProse(file: string, source: string, problems: Problem[]): LessonProse {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const front = frontMatter(file, lines, problems);
  const intro: string[] = [];
  const steps: Record<string, StepProse> = {};
  let step: { id: string; line: number; draft: Draft } | undefined;
  let predict = false;
  let fence: { mark: string; language: string; line: number; text: string[] } | undefined;

  const say = (line: number, message: string, remedy: string) =>
    problems.push({ file, line: line + 1, message, remedy });

  for (let i = front.end; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const target = step === undefined ? intro : predict ? (step.draft.predict?.question ?? intro) : step.draft.body;

    const mark = FENCE.exec(line);
    if (fence !== undefined) {
      target.push(line);
      if (mark?.[1]?.startsWith(fence.mark) === true && mark[2]?.trim() === '') {
        const [kind, on] = fence.language.split(/\s+/);
        if (kind === 'run' && step !== undefined)
          step.draft.commands.push({ on: on ?? 'laptop', text: fence.text.join('\n'), line: fence.line + 1 });
        fence = undefined;
      } else fence.text.push(line);
      continue;
    }
    if (mark !== null) {
      fence = { mark: mark[1] ?? '```', language: mark[2]?.trim() ?? '', line: i, text: [] };
      target.push(line);
      continue;
    }

    const open = OPEN.exec(line);
    if (open !== null) {
      const [, , kind, id] = open;
      if (id === undefined) continue;
      if (kind === 'step') {
        if (step !== undefined)
          say(i, `step "${id}" begins inside step "${step.id}"`, 'Close the step before with a line ":::".');
        if (Object.hasOwn(steps, id))
          say(i, `step "${id}" is written twice`, 'Give each step its own id, as in lesson.yaml.');
        step = { id, line: i, draft: { title: '', body: [], checks: {}, hints: {}, commands: [] } };
      } else if (step === undefined) {
        say(i, 'a prediction outside of a step', 'Move it between ":::step{#id}" and ":::".');
      } else {
        predict = true;
        step.draft.predict = { question: [], options: {}, after: [] };
      }
      continue;
    }
    if (CLOSE.test(line)) {
      if (predict) predict = false;
      else if (step !== undefined) {
        steps[step.id] = finish(file, step.id, step.line, step.draft, problems);
        step = undefined;
      } else say(i, '":::" closes nothing', 'Remove the line, or open a step above it.');
      continue;
    }
    const leaf = LEAF.exec(line);
    if (leaf !== null && step !== undefined) {
      const [, kind, words, id] = leaf;
      const into = kind === 'check' ? step.draft.checks : step.draft.hints;
      if (id !== undefined && words !== undefined) {
        if (Object.hasOwn(into, id))
          say(i, `${kind} "${id}" has words twice in this step`, 'Keep one of the two lines.');
        into[id] = words;
      }
      continue;
    }
    const demo = DEMO.exec(line)?.[1];
    if (demo !== undefined && step !== undefined) {
      if (step.draft.demo !== undefined)
        say(i, `the demonstration of step "${step.id}" has words twice`, 'Keep one of the two lines.');
      step.draft.demo = demo;
      continue;
    }
    if (/^:{2,}\s*[a-z]/i.test(line)) {
      say(
        i,
        `"${line.trim()}" is no directive`,
        'Known are :::step{#id}, :::predict{#id}, ::check[words]{#id}, ::hint[words]{#id} and ::demo[words].',
      );
      continue;
    }
    if (predict && step?.draft.predict !== undefined) {
      const option = /^[-*]\s+\[([a-z0-9-]+)\]\s+(.+)$/.exec(line);
      if (option?.[1] !== undefined && option[2] !== undefined) step.draft.predict.options[option[1]] = option[2];
      else if (Object.keys(step.draft.predict.options).length > 0) step.draft.predict.after.push(line);
      else step.draft.predict.question.push(line);
      continue;
    }
    if (step !== undefined && step.draft.title === '') {
      const heading = /^#{1,6}\s+(.+?)\s*$/.exec(line);
      if (heading?.[1] !== undefined) {
        step.draft.title = heading[1];
        continue;
      }
    }
    target.push(line);
  }
  if (fence !== undefined)
    say(fence.line, 'a code block is never closed', 'Add a line with three backticks where it ends.');
  if (step !== undefined) {
    say(step.line, `step "${step.id}" is never closed`, 'Add a line ":::" where it ends.');
    steps[step.id] = finish(file, step.id, step.line, step.draft, problems);
  }
  return { title: front.title, summary: front.summary, intro: trim(intro), steps };
}

function finish(file: string, id: string, line: number, draft: Draft, problems: Problem[]): StepProse {
  if (draft.title === '')
    problems.push({
      file,
      line: line + 1,
      message: `step "${id}" has no title`,
      remedy: 'Begin it with a heading: "# What to do".',
    });
  const { predict } = draft;
  const after = trim(predict?.after ?? []);
  return {
    title: draft.title,
    body: trim(draft.body),
    checks: draft.checks,
    hints: draft.hints,
    commands: draft.commands,
    ...(draft.demo === undefined ? {} : { demo: draft.demo }),
    ...(predict === undefined
      ? {}
      : {
          predict: { question: trim(predict.question), options: predict.options, ...(after === '' ? {} : { after }) },
        }),
  };
}

function frontMatter(
  file: string,
  lines: readonly string[],
  problems: Problem[],
): { title: string; summary: string; end: number } {
  const found: Record<string, string> = {};
  let end = 0;
  if (lines[0]?.trim() === '---') {
    end = lines.indexOf('---', 1) + 1;
    if (end === 0) {
      problems.push({
        file,
        line: 1,
        message: 'the front matter is never closed',
        remedy: 'Add a line "---" after title and summary.',
      });
    }
    for (const line of lines.slice(1, Math.max(end - 1, 1))) {
      const entry = /^(\w+):\s*(.*?)\s*$/.exec(line);
      if (entry?.[1] !== undefined && entry[2] !== undefined)
        found[entry[1]] = entry[2].replace(/^(["'])(.*)\1$/, '$2');
    }
  }
  for (const key of ['title', 'summary']) {
    if ((found[key] ?? '') === '')
      problems.push({
        file,
        line: 1,
        message: `${key} is missing`,
        remedy: `Write "${key}: ..." between two lines "---" at the top.`,
      });
  }
  return { title: found['title'] ?? '', summary: found['summary'] ?? '', end };
}

function trim(lines: readonly string[]): string {
  return lines.join('\n').replace(/^\n+/, '').trimEnd();
}
