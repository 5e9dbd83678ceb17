import { expect, it } from 'vitest';
import { isOn } from './machines.ts';

it('a command block finds its machine', () => {
  expect(isOn('laptop', 'laptop')).toBe(true);
  expect(isOn('node/kubernetes-minion-905m', 'node')).toBe(true);
  expect(isOn('kubernetes-minion-905m', 'kubernetes-minion-905m')).toBe(true);
  expect(isOn('node/kubernetes-minion-905m', 'kubernetes-minion-905m')).toBe(true);
  expect(isOn('node/kubernetes-minion-905m', 'kubernetes-minion-ljyd')).toBe(false);
  expect(isOn('pod/default/web', 'node')).toBe(false);
  expect(isOn('pod/default/web', 'laptop')).toBe(false);
});
