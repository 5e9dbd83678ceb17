import { describe, expect, it } from 'vitest';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';
import { refusal } from './testing/serve.ts';

describe('label selectors', () => {
  it.each([
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a in (b, c)', { a: 'c' }, true],
    ['a notin (b)', { a: 'b' }, false],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a=', { a: '' }, true],
    ['a>5', { a: '10' }, true],
    ['a<5', { a: 'x' }, false],
    ['a=b,c', { a: 'b', c: '1' }, true],
    ['in in (in)', { in: 'in' }, true],
  ] as [string, Record<string, string>, boolean][])('%s on %j: %s', (text, labels, fits) => {
    expect(parseLabelSelector(text).matches(labels)).toBe(fits);
  });

  it.each([
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ['-a=b', /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of alphanumeric/],
    ['a=b_', /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b_": a valid label must be an empty/],
  ] as [string, string | RegExp][])('%s is refused', (text, expected) => {
    const { message } = refusal(() => parseLabelSelector(text));
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });
});

describe('field selectors', () => {
  it('takes equality and inequality, and escaped commas', () => {
    expect(parseFieldSelector('a=1,b!=2,c==x\\,y')).toEqual([
      { field: 'a', equal: true, value: '1' },
      { field: 'b', equal: false, value: '2' },
      { field: 'c', equal: true, value: 'x,y' },
    ]);
  });

  it('says what it does not understand', () => {
    expect(refusal(() => parseFieldSelector('a')).message).toBe("invalid selector: 'a'; can't understand 'a'");
    expect(refusal(() => parseFieldSelector('a=b\\c')).message).toBe(
      'invalid field selector: invalid escape sequence: \\c',
    );
  });
});
