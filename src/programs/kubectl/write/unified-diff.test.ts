import { expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

it('prints nothing for equal texts', () => {
  expect(unifiedDiff('a\nb\n', 'a\nb\n')).toBe('');
});

it('prints hunks with three lines around them, as diff -u does', () => {
  const before = Array.from({ length: 20 }, (_, i) => `${i}\n`).join('');
  const after = before.replace('2\n', 'two\n').replace('17\n', '');
  expect(unifiedDiff(before, after)).toBe(`@@ -1,6 +1,6 @@
 0
 1
-2
+two
 3
 4
 5
@@ -15,6 +15,5 @@
 14
 15
 16
-17
 18
 19
`);
});

it('prints a new file as diff -N does', () => {
  expect(unifiedDiff('', 'a\nb\n')).toBe('@@ -0,0 +1,2 @@\n+a\n+b\n');
});
