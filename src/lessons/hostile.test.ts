import { describe, expect, it } from 'vitest';
import { compileLesson } from './compile.ts';
import { couldRunAway } from './patterns.ts';
import { starterLesson } from './starter.ts';

const texts = starterLesson(3);
const yaml = texts['lesson.yaml'] ?? '';

/** What is said of a `lesson.yaml`, and how long it took to say, in ms. */
function said(source: string) {
  const began = performance.now();
  const { problems } = compileLesson({ slug: 'hostile', texts: { ...texts, 'lesson.yaml': source } });
  return { problems, took: performance.now() - began };
}

describe('a lesson that means ill', () => {
  it.each([
    ['brackets without end', '['.repeat(100_000), /nested too deeply/],
    ['maps without end', '{a: '.repeat(60_000), /nested too deeply/],
    ['lists in lists in one line', `a: \n  ${'- '.repeat(60_000)}x`, /nested too deeply/],
    ['an indentation of thousands', `a:\n${' '.repeat(5000)}b: c`, /nested too deeply/],
    ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${bomb()}order: 1`, /aliases/],
    ['an anchor that holds itself', 'a: &a [*a]\norder: 1', /alias|nrecognized|nvalid/i],
    ['a key that is a prototype', `__proto__: { polluted: true }\n${yaml}`, /nrecognized key/],
    ['a tag that asks for code', `order: !!js/function 'function () {}'\n${yaml}`, /./],
    ['a megabyte', `# ${'x'.repeat(1_000_000)}\n${yaml}`, /longer than/],
    ['a pattern that never ends', yaml.replace("'^kubectl (apply|create)'", () => "'^(a+)+$'"), /could take for ever/],
  ])('is refused with a message: %s', (_, source, message) => {
    const { problems, took } = said(source);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.line).toBeGreaterThan(0);
    expect(took).toBeLessThan(2000);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('may use names that every object has', () => {
    const rename = (text: string) =>
      text.replaceAll(/\bready\b(?=\}|\n)/g, 'constructor').replaceAll('apply}', 'valueof}');
    const renamed = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, rename(text)]));
    renamed['lesson.yaml'] = (renamed['lesson.yaml'] ?? '').replace('- id: apply', '- id: valueof');
    expect(compileLesson({ slug: 'hostile', texts: renamed }).problems).toEqual([]);
  });
});

describe('a pattern', () => {
  it.each(['(a+)+', '(a*)*b', '(a|aa)+', '((x+)y)*', '(?:a{2,})+', '(.*,){3,}'])(
    'is refused that could run away: %s',
    (pattern) => expect(couldRunAway(pattern)).toBe(true),
  );

  it.each(['^kubectl (get|describe) .*-o ?wide', '(a+)?b', '\\(a+\\)+', '[(a+)]+', '(ab)+', 'x{2,}(y|z)', '(a+){2}'])(
    'is taken: %s',
    (pattern) => expect(couldRunAway(pattern)).toBe(false),
  );
});

function bomb(): string {
  return ['b', 'c', 'd'].map((name, index) => `${name}: &${name} [${`*${'abc'[index]},`.repeat(9)}x]\n`).join('');
}
