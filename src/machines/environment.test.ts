import { expect, it } from 'vitest';
import { copyOf, Environment } from './environment.ts';

it('is a map of its own on top of a shared one', () => {
  const shared = new Map([
    ['HOST', '10.0.0.1'],
    ['PORT', '80'],
  ]);
  const one = new Environment(shared);
  one.set('PATH', '/bin').set('PORT', '81');
  const other = copyOf(one);
  one.delete('HOST');
  expect([...one]).toEqual([
    ['PATH', '/bin'],
    ['PORT', '81'],
  ]);
  expect([one.size, one.get('HOST'), one.has('HOST')]).toEqual([2, undefined, false]);
  expect(Object.fromEntries(other)).toEqual({ PATH: '/bin', PORT: '81', HOST: '10.0.0.1' });
  expect([...new Map(other).keys()]).toEqual(['PATH', 'PORT', 'HOST']);
  expect(other.size).toBe(3);
  one.set('HOST', 'back');
  expect(one.size).toBe(3);
  one.clear();
  expect([one.size, [...one.values()]]).toEqual([0, []]);
  expect(shared.get('PORT')).toBe('80');
});
