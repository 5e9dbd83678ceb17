import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { checkConditions } from './check-conditions.ts';
import type { LessonProse, Problem } from './content.ts';
import { LANGUAGES, type Language, type Lesson } from './format.ts';
import { checkLinks } from './links.ts';
import { parseProse } from './prose.ts';
import { lessonSchema } from './schema.ts';

/** A lesson's folder as read from disk (or from a zip): texts by path inside the folder. */
export interface LessonFolder {
  readonly slug: string;
  readonly texts: Readonly<Record<string, string>>;
}

export interface ParsedLesson {
  readonly lesson: Lesson;
  readonly files: Readonly<Record<string, string>>;
  readonly prose: Readonly<Record<Language, LessonProse>>;
}

/** The largest `lesson.yaml` or Markdown file that is read, in characters. */
const SIZE_LIMIT = 256 * 1024;

/** Brackets that may be open at once in `lesson.yaml`. */
const DEPTH_LIMIT = 100;

/**
 * Reads a whole lesson folder and checks everything that can be checked without running it: YAML, schema, that structure and
 * prose of every language have the same steps, checks, hints and options, that files exist. The lesson is undefined when
 * its structure cannot be used. `lessons` are the folders that links may lead to; without them any.
 */
export function parseLesson(
  folder: LessonFolder,
  lessons?: readonly string[],
): {
  readonly parsed?: ParsedLesson;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const base = `lessons/${folder.slug}`;
  const yamlFile = `${base}/lesson.yaml`;
  const source = folder.texts['lesson.yaml'];
  if (source === undefined) {
    problems.push({
      file: yamlFile,
      line: 1,
      message: 'the file is missing',
      remedy: 'Every lesson folder has a lesson.yaml.',
    });
    return { problems };
  }
  for (const [path, text] of Object.entries(folder.texts)) {
    if (text.length > SIZE_LIMIT)
      problems.push({
        file: `${base}/${path}`,
        line: 1,
        message: `longer than ${SIZE_LIMIT} characters`,
        remedy: 'Split the lesson.',
      });
  }
  if (problems.length > 0) return { problems };

  const deep = tooDeep(source);
  if (deep !== undefined) {
    problems.push({
      file: yamlFile,
      line: deep,
      message: 'nested too deeply',
      remedy: 'Close brackets, or indent less.',
    });
    return { problems };
  }
  const structure = readStructure(yamlFile, folder.slug, source, problems);
  if (structure === undefined) return { problems };
  const { lesson, lineOf } = structure;

  const files: Record<string, string> = {};
  const named: (readonly [name: string, path: Path])[] = [
    ...lesson.files.map((name, index) => [name, ['files', index]] as const),
    ...lesson.steps.flatMap((step, s) =>
      (step.files ?? []).map((name, index) => [name, ['steps', s, 'files', index]] as const),
    ),
  ];
  for (const [name, path] of named) {
    const text = folder.texts[`files/${name}`];
    if (text === undefined)
      problems.push({
        file: yamlFile,
        line: lineOf(path),
        message: `file "${name}" does not exist`,
        remedy: `Create ${base}/files/${name}, or remove the line.`,
      });
    else files[name] = text;
  }

  checkStructure(yamlFile, lesson, lineOf, problems);

  const prose: Partial<Record<Language, LessonProse>> = {};
  for (const language of LANGUAGES) {
    const file = `${base}/${language}.md`;
    const text = folder.texts[`${language}.md`];
    if (text === undefined) {
      problems.push({
        file,
        line: 1,
        message: 'the file is missing',
        remedy: `Write the lesson's words in ${language}.`,
      });
      continue;
    }
    const parsed = parseProse(file, text, problems);
    prose[language] = parsed;
    compareProse(file, text, lesson, parsed, problems);
    checkLinks(file, text, problems, lessons);
    if (prose.en !== undefined) compareCommands(file, prose.en, parsed, problems);
  }
  const { en, 'zh-CN': zh, ko } = prose;
  if (en === undefined || zh === undefined || ko === undefined) return { problems };
  return { parsed: { lesson, files, prose: { en, 'zh-CN': zh, ko } }, problems };
}

type Path = readonly (string | number)[];

/** The line on which more brackets are open, or blocks nested in one line, than any lesson needs: what reads YAML is recursive. */
function tooDeep(source: string): number | undefined {
  let line = 1;
  let open = 0;
  for (const text of source.split('\n')) {
    for (const char of text) {
      if (char === '[' || char === '{') open++;
      else if ((char === ']' || char === '}') && open > 0) open--;
    }
    if (open > DEPTH_LIMIT || text.search(/\S/) > DEPTH_LIMIT * 4 || /^\s*(?:[-?] ){50}/.test(text)) return line;
    line++;
  }
  return undefined;
}

function readStructure(
  file: string,
  slug: string,
  source: string,
  problems: Problem[],
): { lesson: Lesson; lineOf: (path: Path) => number } | undefined {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, maxAliasCount: 100 } as Parameters<
    typeof parseDocument
  >[1]);
  for (const error of document.errors) {
    const open = openQuote(document, source, error.pos[0]);
    if (open !== undefined) {
      problems.push({
        file,
        line: counter.linePos(open).line,
        message: `the quote that opens here closes on line ${counter.linePos(error.pos[0]).line}`,
        remedy: 'Mend the YAML at this line: close the quote; two quotes in a row stand for one inside single quotes.',
      });
      break;
    }
    problems.push({
      file,
      line: counter.linePos(error.pos[0]).line,
      message: error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'not YAML',
      remedy: 'Mend the YAML at this line: check indentation, quotes and colons.',
    });
  }
  if (document.errors.length > 0) return undefined;

  const lineOf = (path: Path): number => {
    // The nearest ancestor that exists has a place; a missing key is reported at its parent.
    for (let length = path.length; length >= 0; length--) {
      const node = place(document.contents, path.slice(0, length));
      const offset = node?.range?.[0];
      if (offset !== undefined) return counter.linePos(offset).line;
    }
    return 1;
  };

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    problems.push({ file, line: 1, message: 'too many aliases', remedy: 'Write the repeated parts out.' });
    return undefined;
  }
  const result = lessonSchema.safeParse(value);
  if (!result.success) {
    // A key that is misspelt is the cause of the one that is missing.
    const first = (code: string) => (code === 'unrecognized_keys' ? 0 : 1);
    for (const issue of [...result.error.issues].sort((a, b) => first(a.code ?? '') - first(b.code ?? ''))) {
      const path = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
      const where = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
      problems.push({
        file,
        line: lineOf(where),
        message: `${path.length === 0 ? 'lesson' : path.join('.')}: ${issue.message}`,
        remedy:
          issue.code === 'unrecognized_keys'
            ? `Remove ${issue.keys.map((key) => `"${key}"`).join(', ')}, or check the spelling against lessons/lesson.schema.json.`
            : 'Change it as the message says; lessons/lesson.schema.json describes every field.',
      });
    }
    return undefined;
  }
  return { lesson: { slug, ...result.data }, lineOf };
}

/** Where a quoted text begins that runs over several lines and ends where the trouble begins: its own end was forgotten. */
function openQuote(document: Document, source: string, trouble: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Scalar(_, node) {
      const [start, end] = node.range ?? [0, 0];
      const quoted = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE';
      if (quoted && start <= trouble && source.slice(start, end).includes('\n')) found = start;
    },
  });
  return found;
}

function place(root: unknown, path: Path): Node | undefined {
  let node = root;
  let found: Node | undefined = root as Node;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined) return undefined;
      found = pair.key as Node;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      found = node as Node;
    } else return undefined;
  }
  return found;
}

/** What the schema cannot say: ids that refer to each other. */
function checkStructure(file: string, lesson: Lesson, lineOf: (path: Path) => number, problems: Problem[]): void {
  const say = (path: Path, message: string, remedy: string) =>
    problems.push({ file, line: lineOf(path), message, remedy });
  checkConditions(lesson, say);
  const [own, common] = [true, false].map((wanted) =>
    lesson.steps.findIndex((step) => (step.start !== undefined) === wanted),
  );
  if (own !== undefined && common !== undefined && common >= 0 && (own >= 0 || lesson.challenge === true))
    say(
      ['steps', common, 'id'],
      own >= 0
        ? `step "${lesson.steps[common]?.id}" has no start, and step "${lesson.steps[own]?.id}" has one`
        : `step "${lesson.steps[common]?.id}" of a challenge has no start`,
      'Give every step a start of its own, or none.',
    );
  const stepIds = new Set<string>();
  lesson.steps.forEach((step, s) => {
    if (stepIds.has(step.id)) say(['steps', s, 'id'], `two steps are called "${step.id}"`, 'Rename one of them.');
    stepIds.add(step.id);
    const checks = new Set<string>();
    step.checks.forEach((check, c) => {
      if (checks.has(check.id))
        say(['steps', s, 'checks', c, 'id'], `two checks are called "${check.id}"`, 'Rename one of them.');
      checks.add(check.id);
    });
    if (step.files !== undefined && step.start === undefined)
      say(['steps', s, 'files'], `step "${step.id}" has files and no start`, "Move them to the lesson's files.");
    const hints = new Set((step.hints ?? []).map((hint) => hint.id));
    step.wrong?.forEach((wrong, w) => {
      if (!hints.has(wrong.hint))
        say(
          ['steps', s, 'wrong', w, 'hint'],
          `there is no hint "${wrong.hint}" in step "${step.id}"`,
          `Add it to "hints", or name one of: ${[...hints].join(', ')}.`,
        );
      wrong.fails?.forEach((name, f) => {
        if (!checks.has(name))
          say(
            ['steps', s, 'wrong', w, 'fails', f],
            `there is no check "${name}" in step "${step.id}"`,
            `Name one of: ${[...checks].join(', ')}.`,
          );
      });
    });
    if (step.predict !== undefined && !step.predict.options.includes(step.predict.answer))
      say(
        ['steps', s, 'predict', 'answer'],
        `the answer "${step.predict.answer}" is none of the options`,
        `Name one of: ${step.predict.options.join(', ')}.`,
      );
  });
}

/** The commands are the same in every language: who reads another one does the same lesson. */
function compareCommands(file: string, en: LessonProse, prose: LessonProse, problems: Problem[]): void {
  for (const [id, step] of Object.entries(prose.steps)) {
    const wanted = en.steps[id]?.commands ?? [];
    for (let index = 0; index < Math.max(wanted.length, step.commands.length); index++) {
      const [here, there] = [step.commands[index], wanted[index]];
      if (here?.text === there?.text && here?.on === there?.on) continue;
      problems.push({
        file,
        line: here?.line ?? step.commands.at(-1)?.line ?? 1,
        message:
          here === undefined
            ? `step "${id}" lacks the command "${firstLine(there?.text)}" that en.md has`
            : `step "${id}": command "${firstLine(here.text)}" is not the one that en.md has here`,
        remedy: there === undefined ? 'Remove it, or add it to en.md.' : `Write: ${firstLine(there.text)}`,
      });
      break;
    }
  }
}

function firstLine(text: string | undefined): string {
  return text?.split('\n')[0] ?? '';
}

/** Every language must word exactly what the structure has. */
function compareProse(file: string, text: string, lesson: Lesson, prose: LessonProse, problems: Problem[]): void {
  const lineWith = (needle: string) => text.slice(0, Math.max(0, text.indexOf(needle))).split('\n').length;
  const say = (needle: string, message: string, remedy: string) =>
    problems.push({ file, line: lineWith(needle), message, remedy });
  const wanted = lesson.steps.map((step) => step.id);
  const found = Object.keys(prose.steps);
  for (const id of found) {
    if (!wanted.includes(id))
      say(
        `{#${id}}`,
        `step "${id}" is not in lesson.yaml`,
        `Rename it, or add it there. lesson.yaml has: ${wanted.join(', ')}.`,
      );
  }
  const known = found.filter((id) => wanted.includes(id));
  if (known.join() !== wanted.filter((id) => known.includes(id)).join())
    say(':::step', 'the steps stand in another order than in lesson.yaml', `Order them: ${wanted.join(', ')}.`);
  for (const step of lesson.steps) {
    const words = Object.hasOwn(prose.steps, step.id) ? prose.steps[step.id] : undefined;
    if (words === undefined) {
      say('---', `step "${step.id}" is missing`, `Add ":::step{#${step.id}}" with its words.`);
      continue;
    }
    const at = `:::step{#${step.id}}`;
    compareIds(
      step.checks.map((check) => check.id),
      words.checks,
      (id) => `::check[...]{#${id}}`,
      'check',
    );
    compareIds(
      (step.hints ?? []).map((hint) => hint.id),
      words.hints,
      (id) => `::hint[...]{#${id}}`,
      'hint',
    );
    if (step.demo !== undefined && (words.demo ?? '') === '')
      say(at, `the demonstration of step "${step.id}" has no words`, 'Add ::demo[what to watch].');
    if (step.demo === undefined && words.demo !== undefined)
      say(
        '::demo[',
        `step "${step.id}" has no demonstration in lesson.yaml`,
        'Remove ::demo here, or add "demo" there.',
      );
    if (step.predict !== undefined || words.predict !== undefined)
      compareIds(
        step.predict?.options ?? [],
        words.predict?.options ?? {},
        (id) => `- [${id}] ... inside :::predict`,
        'option',
      );

    function compareIds(
      ids: readonly string[],
      texts: Readonly<Record<string, string>>,
      form: (id: string) => string,
      what: string,
    ): void {
      for (const id of ids) {
        if (!Object.hasOwn(texts, id) || texts[id] === '')
          say(at, `${what} "${id}" of step "${step.id}" has no words`, `Add ${form(id)}.`);
      }
      for (const id of Object.keys(texts)) {
        if (!ids.includes(id))
          say(at, `${what} "${id}" of step "${step.id}" is not in lesson.yaml`, 'Remove it here, or add it there.');
      }
    }
  }
}
