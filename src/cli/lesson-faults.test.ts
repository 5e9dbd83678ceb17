import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../lessons/content.ts';
import { readLessonFolder } from '../lessons/folder.ts';
import { type LessonFolder, parseLesson } from '../lessons/parse.ts';
import { linesOf, prove } from '../lessons/proof.ts';
import { openStage } from '../playground/lesson-stage.ts';
import { writeNewLesson } from './new-lesson.ts';

let root: string;
let good: LessonFolder;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hopscope-lessons-'));
  expect(writeNewLesson(root, 'starter', 4)).toBeUndefined();
  good = readLessonFolder(root, 'starter');
});

afterAll(() => rmSync(root, { recursive: true }));

type Edit = readonly [file: string, from: string, to: string];

/** The folder with a piece of a file replaced; `to` may be the whole file when `from` is empty. */
function broken(edits: readonly Edit[]): LessonFolder {
  const texts: Record<string, string> = { ...good.texts };
  for (const [file, from, to] of edits) {
    const text = texts[file] ?? '';
    if (from !== '' && !text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
    texts[file] = from === '' ? to : text.replace(from, () => to);
  }
  return { slug: 'starter', texts };
}

/** The number of the line on which a piece of a file stands. */
function lineOf(folder: LessonFolder, file: string, needle: string): number {
  const text = folder.texts[file] ?? '';
  return text.slice(0, text.indexOf(needle)).split('\n').length;
}

async function problemsOf(folder: LessonFolder): Promise<readonly Problem[]> {
  const { parsed, problems } = parseLesson(folder, ['starter', 'dns']);
  if (parsed === undefined || problems.length > 0) return problems;
  const proof = await prove(parsed, openStage, linesOf(folder));
  return proof.problems;
}

const Y = 'lesson.yaml';

const DEMO_WORDS = [
  ['en.md', '::demo[What to watch when a node asks the pod for its page.]\n'],
  ['zh-CN.md', '::demo[节点向 Pod 请求页面时，要留意什么。]\n'],
  ['ko.md', '::demo[노드가 파드에 페이지를 요청할 때 무엇을 볼지 씁니다.]\n'],
] as const;

/** What is done to the lesson, on which line (by what stands there) it is reported, in which file, in what words, and what mends it. */
const FAULTS: readonly (readonly [
  name: string,
  edits: readonly Edit[],
  file: string,
  at: string,
  message: RegExp,
  remedy: RegExp,
])[] = [
  // YAML
  ['a tab for indentation', [[Y, '    checks:', '\tchecks:']], Y, '\tchecks:', /tab/i, /indentation/],
  [
    'a quote that is never closed',
    [[Y, "'^kubectl (apply|create)'", "'^kubectl (apply|create)"]],
    Y,
    'when:',
    /./,
    /quotes/,
  ],
  ['a bracket that is never closed', [[Y, 'files: [web.yaml]', 'files: [web.yaml']], Y, 'steps:', /./, /Mend the YAML/],
  ['a key twice', [[Y, 'minutes: 5', 'minutes: 5\nminutes: 6']], Y, 'minutes: 6', /unique/, /Mend the YAML/],
  ['an unquoted colon', [[Y, 'output: does not exist', 'output: error: no']], Y, 'when:', /./, /colons/],
  [
    'an alias bomb',
    [
      [
        Y,
        'order: 4',
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\norder: 4`,
      ],
    ],
    Y,
    '#',
    /aliases/,
    /Write the repeated parts out/,
  ],
  [
    'a file of half a megabyte',
    [[Y, 'order: 4', `# ${'x'.repeat(500_000)}\norder: 4`]],
    Y,
    '#',
    /longer than/,
    /Split/,
  ],
  // schema
  ['a misspelt key', [[Y, 'solutions:', 'solution:']], Y, 'solution:', /nrecognized key/, /check the spelling/],
  ['a missing key', [[Y, 'minutes: 5\n', '']], Y, 'order: 4', /minutes/, /lesson.schema.json/],
  ['a number that is a word', [[Y, 'order: 4', 'order: four']], Y, 'order: four', /order/, /lesson.schema.json/],
  ['a lesson of two hours', [[Y, 'minutes: 5', 'minutes: 120']], Y, 'minutes: 120', /minutes/, /lesson.schema.json/],
  [
    'no steps',
    [[Y, '', 'order: 4\nminutes: 5\ncluster: gce\nfiles: []\nsteps: []\n']],
    Y,
    'steps',
    /steps/,
    /lesson.schema.json/,
  ],
  [
    'a check that is both',
    [[Y, '        now: {', '        once: { file: { path: x } }\n        now: {']],
    Y,
    'id: ready',
    /either "now"/,
    /lesson.schema.json/,
  ],
  [
    'a check that is neither',
    [
      [
        Y,
        "now: { objects: { resource: pods, name: web, match: { status: { conditions: [{ type: Ready, status: 'True' }] } } } }",
        '',
      ],
    ],
    Y,
    'id: ready',
    /either "now"/,
    /lesson.schema.json/,
  ],
  [
    'two conditions in one',
    [[Y, 'when: { command: {', 'when: { file: { path: x }, command: {']],
    Y,
    'when: { file',
    /exactly one/,
    /lesson.schema.json/,
  ],
  [
    'an id with a capital letter',
    [[Y, '- id: ready', '- id: Ready']],
    Y,
    'id: Ready',
    /lower-case/,
    /lesson.schema.json/,
  ],
  [
    'a solution that is empty',
    [[Y, 'kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web', '""']],
    Y,
    '- ""',
    /solutions/,
    /lesson.schema.json/,
  ],
  [
    'an unknown field of a condition',
    [[Y, 'name: web, match', 'nmae: web, match']],
    Y,
    'now:',
    /nmae|nrecognized/,
    /lesson.schema.json|spelling/,
  ],
  // what refers to something
  [
    'a file that is not there',
    [[Y, '[web.yaml]', '[web.yaml, other.yaml]']],
    Y,
    'files:',
    /"other.yaml" does not exist/,
    /Create lessons\/starter\/files\/other.yaml/,
  ],
  [
    'an unknown kind of cluster',
    [[Y, 'cluster: gce', 'cluster: azure']],
    Y,
    'cluster: azure',
    /no kind of cluster "azure"/,
    /gce, aws, tencent/,
  ],
  ['an unknown resource', [[Y, 'resource: pods', 'resource: pod']], Y, 'now:', /no resource "pod"/, /Write pods/],
  [
    'a resource without its group',
    [[Y, 'resource: pods, name', 'resource: deployments, name']],
    Y,
    'now:',
    /no resource "deployments"/,
    /Write deployments.apps/,
  ],
  [
    'a pattern that is none',
    [[Y, "'^kubectl (apply|create)'", "'^kubectl (apply|create'"]],
    Y,
    'when:',
    /no regular expression/,
    /backslash/,
  ],
  [
    'an output pattern that is none',
    [[Y, 'output: does not exist', "output: 'does * [not'"]],
    Y,
    'when:',
    /no regular expression/,
    /backslash/,
  ],
  [
    'an unknown code',
    [
      [
        Y,
        "command: { matches: '^kubectl (apply|create)', output: does not exist }",
        'request: { code: proxy.rejected }',
      ],
    ],
    Y,
    'when:',
    /no code "proxy.rejected"/,
    /docs\/codes.md/,
  ],
  [
    'an unknown outcome',
    [[Y, "command: { matches: '^kubectl (apply|create)', output: does not exist }", 'request: { outcome: failed }']],
    Y,
    'when:',
    /ends as "failed"/,
    /refused, timeout/,
  ],
  [
    'an unknown purpose',
    [[Y, "command: { matches: '^kubectl (apply|create)', output: does not exist }", 'request: { purpose: web }']],
    Y,
    'when:',
    /purpose "web"/,
    /dns, http/,
  ],
  [
    'CEL that cannot be read',
    [[Y, "command: { matches: '^kubectl (apply|create)', output: does not exist }", "cel: 'pods.exists(p, '"]],
    Y,
    'when:',
    /^CEL: /,
    /pods.exists\(p, \.\.\.\)/,
  ],
  [
    'a bound turned round',
    [[Y, 'name: web, match', 'name: web, count: { min: 3, max: 1 }, match']],
    Y,
    'now:',
    /min is more than max/,
    /Swap/,
  ],
  [
    'two checks of one id',
    [[Y, '    hints:', '      - id: ready\n        now: { file: { path: x } }\n    hints:']],
    Y,
    '      - id: ready\n        now: { file',
    /two checks are called "ready"/,
    /Rename/,
  ],
  [
    'a wrong answer with a hint that is not there',
    [[Y, 'hint: no-such-file', 'hint: typo']],
    Y,
    'hint: typo',
    /no hint "typo"/,
    /no-such-file/,
  ],
  [
    'a wrong answer that fails an unknown check',
    [[Y, '        hint: no-such-file', '        hint: no-such-file\n        fails: [redy]']],
    Y,
    'fails:',
    /no check "redy"/,
    /Name one of: ready/,
  ],
  [
    'a prediction whose answer is no option',
    [[Y, '    hints:', '    predict: { options: [a, b], answer: c }\n    hints:']],
    Y,
    'predict:',
    /none of the options/,
    /a, b/,
  ],
  // words
  ['a language that has no words', [['ko.md', '', '']], 'ko.md', '', /title is missing/, /title:/],
  [
    'a step without words',
    [['zh-CN.md', ':::step{#apply}', ':::step{#aply}']],
    'zh-CN.md',
    ':::step{#aply}',
    /"aply" is not in lesson.yaml/,
    /apply/,
  ],
  [
    'a check without words',
    [['ko.md', '::check[파드 `web`이 준비됨]{#ready}\n', '']],
    'ko.md',
    ':::step',
    /"ready" of step "apply" has no words/,
    /Add ::check/,
  ],
  [
    'a check that the structure does not have',
    [['en.md', '{#ready}', '{#redy}']],
    'en.md',
    ':::step',
    /"ready" of step "apply" has no words/,
    /::check\[\.\.\.\]\{#ready\}/,
  ],
  [
    'a step that is never closed',
    [['en.md', '{#no-such-file}\n:::', '{#no-such-file}']],
    'en.md',
    ':::step',
    /never closed/,
    /":::"/,
  ],
  [
    'a code block that is never closed',
    [['en.md', 'web.yaml\n```', 'web.yaml']],
    'en.md',
    '```run',
    /never closed/,
    /three backticks/,
  ],
  ['an unknown directive', [['en.md', '::hint[', '::tip[']], 'en.md', '::tip[', /no directive/, /::hint/],
  ['a title that is missing', [['en.md', 'title: A new lesson\n', '']], 'en.md', '---', /title is missing/, /title:/],
  [
    'front matter that is never closed',
    [['en.md', 'afterwards.\n---', 'afterwards.']],
    'en.md',
    '---',
    /never closed/,
    /---/,
  ],
  ['a step without a heading', [['en.md', '# Start a pod\n', '']], 'en.md', ':::step', /no title/, /heading/],
  [
    'another command in one language',
    [['ko.md', 'kubectl apply -f web.yaml\n', 'kubectl create -f web.yaml\n']],
    'ko.md',
    '```run',
    /is not the one that en.md has/,
    /Write: kubectl apply -f web.yaml/,
  ],
  [
    'a command that one language lacks',
    [['zh-CN.md', '```run\nkubectl apply -f web.yaml\n```\n', '']],
    'zh-CN.md',
    '---',
    /lacks the command/,
    /Write: kubectl apply/,
  ],
  [
    'a link to a lesson that is not there',
    [['en.md', 'What to do,', 'After [names](#/lesson/dsn),\nwhat to do,']],
    'en.md',
    'After [names]',
    /leads to a lesson "dsn"/,
    /starter, dns/,
  ],
  [
    'a link that leads nowhere',
    [['ko.md', '무엇을 하고', '[여기](docs/x.md) 무엇을 하고']],
    'ko.md',
    '[여기]',
    /"docs\/x.md" leads nowhere/,
    /https:\/\//,
  ],
  [
    'a link that is a script',
    [['zh-CN.md', '要做什么', '[这里](javascript:alert(1)) 要做什么']],
    'zh-CN.md',
    '[这里]',
    /"javascript:alert\(1" leads nowhere/,
    /https:\/\//,
  ],
  // what only running shows
  [
    'a check that passes at once',
    [
      [
        Y,
        'files: [web.yaml]',
        'files: [web.yaml]\nsetup: kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web',
      ],
    ],
    Y,
    'id: ready',
    /passes before the learner does anything/,
    /Make it ask for what this step changes/,
  ],
  [
    'a solution that does not solve',
    [[Y, '; kubectl wait --for=condition=Ready pod/web', '']],
    Y,
    'solutions:',
    /solution 1 leaves "ready" unmet/,
    /Mend the solution/,
  ],
  [
    'a wrong answer that is right',
    [[Y, 'run: kubectl apply -f wbe.yaml', 'run: kubectl apply -f web.yaml; sleep 20']],
    Y,
    'id: no-such-file',
    /passes every check/,
    /Add a check/,
  ],
  [
    'a wrong answer whose hint keeps silent',
    [[Y, 'output: does not exist', 'output: NotFound']],
    Y,
    'id: no-such-file',
    /no hint speaks/,
    /"when"/,
  ],
  [
    'a focus that does not exist',
    [[Y, 'focus: { kind: Pod, name: web }', 'focus: { kind: Pod, name: wbe }']],
    Y,
    'focus:',
    /neither there before the step nor after it/,
    /Name an object/,
  ],
  [
    'no demonstration',
    [
      [
        Y,
        `    demo:
      on: node
      prepare: kubectl apply -f web.yaml; kubectl wait --for=condition=Ready pod/web
      run: curl -s http://<POD-IP>
      shows: [server.answer]
`,
        '',
      ],
      ...DEMO_WORDS.map(([file, words]): Edit => [file, words, '']),
    ],
    Y,
    '- id: apply',
    /no step of the lesson has a demonstration/,
    /Add "demo"/,
  ],
  [
    'a demonstration without words',
    [['ko.md', DEMO_WORDS[2][1], '']],
    'ko.md',
    ':::step',
    /demonstration of step "apply" has no words/,
    /::demo\[/,
  ],
  [
    'words of a demonstration that is not there',
    [['en.md', '::demo[', '::demo[Once.]\n::demo[']],
    'en.md',
    '::demo[What',
    /words twice/,
    /Keep one/,
  ],
  [
    'a demonstration on a machine that is not there',
    [[Y, '      on: node', '      on: pod/default/wbe']],
    Y,
    '    demo:',
    /no machine "pod\/default\/wbe"/,
    /Name a machine/,
  ],
  [
    'a demonstration that fails',
    [[Y, 'run: curl -s http://<POD-IP>', 'run: curl -sS http://<POD-IP>:81']],
    Y,
    '    demo:',
    /"curl -sS http:\/\/10\.244\.\d\.\d+:81" should succeed, and its status is 7; it printed:\n.*port 81/s,
    /"fails: true"/,
  ],
  [
    'a demonstration that was meant to fail',
    [[Y, 'shows: [server.answer]', 'fails: true']],
    Y,
    '    demo:',
    /should fail, and its status is 0/,
    /"fails: true"/,
  ],
  [
    'a demonstration without a packet',
    [[Y, 'run: curl -s http://<POD-IP>\n      shows: [server.answer]', 'run: date']],
    Y,
    '    demo:',
    /sends no packet/,
    /makes a request/,
  ],
  [
    'a demonstration that does not show what it is for',
    [[Y, 'shows: [server.answer]', 'shows: [server.answer, proxy.dnat]']],
    Y,
    'shows:',
    /no packet of the demonstration passes proxy.dnat; they pass client.connect/,
    /name hops/,
  ],
  [
    'a demonstration of an unknown hop',
    [[Y, 'shows: [server.answer]', 'shows: [server.answers]']],
    Y,
    'shows:',
    /no hop with the code "server.answers"/,
    /docs\/codes.md/,
  ],
  [
    'a command in the prose that does not run',
    [
      ['en.md', 'kubectl apply -f web.yaml', 'kubectl aply -f web.yaml'],
      ['ko.md', 'kubectl apply -f web.yaml', 'kubectl aply -f web.yaml'],
      ['zh-CN.md', 'kubectl apply -f web.yaml', 'kubectl aply -f web.yaml'],
    ],
    'en.md',
    '```run',
    /does not run/,
    /in every language/,
  ],
];

describe('a lesson that works', () => {
  it('is what "lessons new" makes', async () => {
    expect(await problemsOf(good)).toEqual([]);
  });

  it('is not written over, nor under a name that is no folder', () => {
    expect(writeNewLesson(root, 'starter', 4)).toBe('lessons/starter is there already');
    expect(writeNewLesson(root, '../x', 4)).toContain("cannot be a folder's name");
  });
});

describe('a lesson with a fault', () => {
  it.each(FAULTS)('tells of %s', async (_, edits, file, at, message, remedy) => {
    const folder = broken(edits);
    const [first] = await problemsOf(folder);
    expect(first?.file).toBe(`lessons/starter/${file}`);
    expect(first?.message).toMatch(message);
    expect(first?.remedy).toMatch(remedy);
    expect(first?.line).toBe(lineOf(folder, file, at));
  });
});
