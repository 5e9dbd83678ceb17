import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadStructure, type Structure } from '../src/cluster/resources/structure.ts';
import { OBJECT_FIELDS, POD_FIELDS } from '../src/cluster/resources/unsimulated.ts';
import { notSimulatedPage } from './not-simulated-page.ts';

let structure: Structure;
beforeAll(async () => {
  structure = await loadStructure();
});

it('the page says what the table says; npm run generate writes it', () => {
  expect(readFileSync(new URL('../docs/not-simulated.md', import.meta.url), 'utf8')).toBe(notSimulatedPage());
});

describe('every field of the table is one of Kubernetes', () => {
  const paths = (type: string, path: string): string[] => {
    let types = [type];
    const wrong: string[] = [];
    for (const part of path.split('.')) {
      const next: string[] = [];
      for (const name of part.replace('[]', '').split('|'))
        for (const each of types) {
          const code = structure[each]?.[name];
          if (code === undefined) wrong.push(`${each}.${name}`);
          else next.push(code.replace(/^!?[[{]?=?/, ''));
        }
      types = [...new Set(next)];
    }
    return wrong;
  };

  it.each(POD_FIELDS.map(({ path }) => path))('PodSpec.%s', (path) => {
    expect(paths('PodSpec', path)).toEqual([]);
  });

  it.each(Object.entries(OBJECT_FIELDS).flatMap(([kind, fields]) => fields.map(({ path }) => [kind, path] as const)))(
    '%s.%s',
    (kind, path) => {
      expect(paths(kind, path)).toEqual([]);
    },
  );
});
