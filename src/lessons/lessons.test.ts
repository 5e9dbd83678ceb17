import { describe, expect, it } from 'vitest';
import { celHolds } from './cel.ts';
import { contains, evaluate, type Observed } from './conditions.ts';
import type { Problem } from './content.ts';
import { parseLesson } from './parse.ts';
import { LessonProgress } from './progress.ts';
import { parseProse } from './prose.ts';

const NOTHING: Observed = { objects: () => [], commands: [], traces: [], file: () => undefined };

const PROSE = `---
title: T
summary: S
---

Intro.

:::step{#one}
# Do it

Port nginx:1.25 at 10:30.

\`\`\`run
kubectl get pods
\`\`\`

:::predict{#p}
What?

- [a] This
- [b] That

Because.
:::

::check[It is done]{#done}
::hint[Try again.]{#again}
:::
`;

const YAML = `order: 1
minutes: 5
cluster: gce
files: []
steps:
  - id: one
    checks:
      - id: done
        once: { command: { matches: '^kubectl get pods', status: 0 } }
    predict: { options: [a, b], answer: b }
    hints:
      - id: again
        when: { command: { matches: '^kubectl get pod', status: 1 } }
    solutions: [kubectl get pods]
`;

function folder(yaml = YAML, prose = PROSE) {
  return { slug: 'demo', texts: { 'lesson.yaml': yaml, 'en.md': prose, 'zh-CN.md': prose, 'ko.md': prose } };
}

describe('prose', () => {
  it('reads steps, commands, checks, hints and predictions', () => {
    const problems: Problem[] = [];
    const prose = parseProse('en.md', PROSE, problems);
    expect(problems).toEqual([]);
    const step = prose.steps['one'];
    expect(prose.intro).toBe('Intro.');
    expect(step?.title).toBe('Do it');
    expect(step?.commands.map(({ on, text }) => [on, text])).toEqual([['laptop', 'kubectl get pods']]);
    expect(step?.checks).toEqual({ done: 'It is done' });
    expect(step?.predict).toEqual({ question: 'What?', options: { a: 'This', b: 'That' }, after: 'Because.' });
    expect(step?.body).toContain('nginx:1.25 at 10:30');
    expect(step?.body).not.toContain('::check');
  });

  it.each([
    ['a step that is never closed', PROSE.replace(/:::\n$/, ''), 8, 'never closed'],
    ['an unknown directive', PROSE.replace('::hint[', '::tip['), 27, 'no directive'],
    ['a code block that is never closed', PROSE.replace('pods\n```', 'pods'), 13, 'code block is never closed'],
    ['a missing title', PROSE.replace('title: T\n', ''), 1, 'title is missing'],
  ])('says where %s is', (_, text, line, message) => {
    const problems: Problem[] = [];
    parseProse('en.md', text, problems);
    expect(problems.map((problem) => [problem.line, problem.message])).toContainEqual([
      line,
      expect.stringContaining(message),
    ]);
  });
});

describe('a lesson folder', () => {
  it('parses when everything is in order', () => {
    const { parsed, problems } = parseLesson(folder());
    expect(problems).toEqual([]);
    expect(parsed?.lesson.steps[0]?.id).toBe('one');
  });

  it.each([
    ['broken YAML', YAML.replace('files: []', 'files: ['), 'lesson.yaml', 5],
    ['an unknown field', YAML.replace('minutes: 5', 'minutes: 5\nminuts: 6'), 'lesson.yaml', 3],
    [
      'a check without a condition',
      YAML.replace("once: { command: { matches: '^kubectl get pods', status: 0 } }", 'x: 1'),
      'lesson.yaml',
      9,
    ],
    ['an answer that is no option', YAML.replace('answer: b', 'answer: c'), 'lesson.yaml', 10],
    ['a file that does not exist', YAML.replace('files: []', 'files: [a.yaml]'), 'lesson.yaml', 4],
  ])('reports %s with its line', (_, yaml, file, line) => {
    const { problems } = parseLesson(folder(yaml));
    expect(problems[0]).toMatchObject({ file: `lessons/demo/${file}`, line });
    expect(problems[0]?.remedy).not.toBe('');
  });

  it('wants a start for every step, or for none, and for every step of a challenge', () => {
    const two = YAML.replace('    checks:', '    start: sleep 1\n    checks:').concat(
      YAML.slice(YAML.indexOf('  - id: one')).replaceAll('one', 'two'),
    );
    const said = (yaml: string) => parseLesson(folder(yaml)).problems.map(({ message }) => message);
    expect(said(two)).toContain('step "two" has no start, and step "one" has one');
    expect(said(YAML.replace('files: []', 'files: []\nchallenge: true'))).toContain(
      'step "one" of a challenge has no start',
    );
    expect(said(YAML.replace('    checks:', '    files: []\n    checks:'))).toContain(
      'step "one" has files and no start',
    );
  });

  it('reports a check without words in one language', () => {
    const texts = { ...folder().texts, 'ko.md': PROSE.replace('::check[It is done]{#done}\n', '') };
    const { problems } = parseLesson({ slug: 'demo', texts });
    expect(problems).toEqual([
      expect.objectContaining({ file: 'lessons/demo/ko.md', message: 'check "done" of step "one" has no words' }),
    ]);
  });
});

describe('conditions', () => {
  it('match parts of objects as chainsaw does', () => {
    const pod = {
      metadata: { labels: { run: 'x' } },
      status: { conditions: [{ type: 'A' }, { type: 'Ready', status: 'True' }] },
    };
    expect(contains(pod, { status: { conditions: [{ type: 'Ready', status: 'True' }] } })).toBe(true);
    expect(contains(pod, { status: { conditions: [{ type: 'Ready', status: 'False' }] } })).toBe(false);
    expect(contains(pod, { metadata: { labels: { run: '~^x$', app: null } } })).toBe(true);
    expect(contains({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });

  it('count objects', () => {
    const observed = { ...NOTHING, objects: () => [{ kind: 'Pod' }, { kind: 'Pod' }] };
    expect(evaluate({ objects: { resource: 'pods', count: 2 } }, observed).holds).toBe(true);
    expect(evaluate({ objects: { resource: 'pods', count: { min: 3 } } }, observed)).toEqual({
      holds: false,
      now: '2 / 3',
    });
    expect(evaluate({ not: { objects: { resource: 'pods' } } }, observed).holds).toBe(false);
  });

  it('see commands where they were run and what they printed', () => {
    const observed = {
      ...NOTHING,
      commands: [{ at: 1, machine: 'node/n1', line: 'curl localhost', status: 7, output: 'curl: (7) Failed' }],
    };
    expect(evaluate({ command: { matches: '^curl', on: 'node', status: 7 } }, observed).holds).toBe(true);
    expect(evaluate({ command: { matches: '^curl', on: 'laptop' } }, observed).holds).toBe(false);
    expect(evaluate({ command: { matches: '^curl', output: '^curl: \\(7\\)' } }, observed).holds).toBe(true);
  });
});

describe('requests', () => {
  const trace = (group: number, outcome: string, purpose = 'http', status = '200 OK') => ({
    id: group,
    at: group,
    group,
    purpose,
    target: 'http://web/',
    source: { at: 'pod', namespace: 'default', pod: 'client', node: 'n1' },
    program: 'curl',
    outcome,
    code: 'x',
    steps: [{ code: 'server.answer', facts: { status }, before: { dst: '10.0.0.5' } }],
    duration: 1,
    causes: [],
  });
  const holds = (...traces: readonly unknown[]) =>
    evaluate(
      { request: { from: 'client', to: 'http://web', outcome: 'ok', row: 2 } },
      { ...NOTHING, traces: traces as Observed['traces'] },
    );

  it('are the newest, and every other breaks the row', () => {
    expect(holds(trace(1, 'refused'), trace(2, 'ok'), trace(3, 'ok')).holds).toBe(true);
    expect(holds(trace(1, 'ok'), trace(2, 'refused'), trace(3, 'ok'))).toEqual({ holds: false, now: '1 / 2' });
    expect(holds(trace(1, 'ok'), trace(2, 'ok'), trace(3, 'no-such-host', 'dns')).holds).toBe(false);
    expect(holds(trace(1, 'ok'), trace(2, 'ok', 'http', '500 Internal Server Error')).holds).toBe(false);
    expect(holds()).toEqual({ holds: false });
  });

  it('belong to their look-ups', () => {
    const pair = (group: number) => [trace(group, 'ok', 'dns'), trace(group, 'ok')];
    expect(holds(...pair(1), ...pair(2)).holds).toBe(true);
  });

  it('go through a Service, which may be named with its namespace', () => {
    const through = (namespace: string) => ({
      ...trace(1, 'ok'),
      service: { kind: 'Service', namespace, name: 'web' },
    });
    const to = (service: string, namespace: string) =>
      evaluate({ request: { service } }, { ...NOTHING, traces: [through(namespace)] as unknown as Observed['traces'] });
    expect(['web', 'shop/web', 'default/web'].map((name) => to(name, 'shop').holds)).toEqual([true, true, false]);
  });
});

describe('cel', () => {
  const pods = [
    { metadata: { name: 'a', labels: { run: 'x' } }, spec: { replicas: 2 } },
    { metadata: { name: 'b' }, spec: { replicas: 1 } },
  ];
  const list = (resource: string) => (resource === 'pods' ? pods : []);

  it('sees every resource as a list', () => {
    expect(celHolds('pods.exists(p, p.metadata.name == "a" && p.spec.replicas > 1)', list)).toBe(true);
    expect(celHolds('size(pods) == 2 && size(services) == 0', list)).toBe(true);
    expect(celHolds('pods.all(p, has(p.metadata.labels))', list)).toBe(false);
  });

  it('is false where a key is missing, and when it is no truth at all', () => {
    expect(celHolds('pods[1].metadata.labels.run == "x"', list)).toBe(false);
    expect(celHolds('"yes"', list)).toBe(false);
  });
});

describe('progress', () => {
  it('latches what happened, follows what is true now, and goes step by step', () => {
    const { parsed } = parseLesson(folder());
    if (parsed === undefined) throw new Error('the lesson must parse');
    const progress = new LessonProgress(parsed.lesson);
    expect(progress.look(NOTHING)).toBe(false);
    expect(progress.current?.id).toBe('one');
    const failed = { at: 1, machine: 'laptop', line: 'kubectl get podz', status: 1, output: '' };
    progress.look({ ...NOTHING, commands: [failed] });
    expect(progress.steps[0]?.hint).toBe('again');
    expect(progress.look({ ...NOTHING, commands: [{ ...failed, line: 'kubectl get pods', status: 0 }] })).toBe(true);
    expect(progress.current).toBeUndefined();
    const restored = new LessonProgress(parsed.lesson, progress.save());
    restored.look(NOTHING);
    expect(restored.steps[0]?.done).toBe(true);
    restored.reset('one');
    expect(restored.steps[0]?.done).toBe(false);
  });
});
