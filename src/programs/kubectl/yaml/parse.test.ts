import { expect, it } from 'vitest';
import { parseYaml } from './parse.ts';

it('refuses what is nested too deep, in the words of the real parser, with nothing lost', () => {
  expect(() => parseYaml(`a: 1\nb: ${'['.repeat(200_000)}`)).toThrow('line 2: exceeded max depth of 10000');
  expect(() => parseYaml(`b: ${'{a: '.repeat(20_000)}`)).toThrow('exceeded max depth of 10000');
  expect(JSON.stringify(parseYaml(`${'['.repeat(500)}${']'.repeat(500)}`))).toHaveLength(1000);
});

it('refuses aliases of aliases that would fill the memory', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [index, name] of [...'bcdefghij'].entries())
    lines.push(`${name}: &${name} [${`*${'abcdefghij'[index]}, `.repeat(9)}]`);
  expect(() => parseYaml(lines.join('\n'))).toThrow('document contains excessive aliasing');
});
