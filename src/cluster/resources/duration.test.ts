import { expect, it } from 'vitest';
import { age, humanDuration } from './duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The table of duration_test.go. */
it.each([
  [SECOND, '1s'],
  [70 * SECOND, '70s'],
  [190 * SECOND, '3m10s'],
  [70 * MINUTE, '70m'],
  [47 * HOUR, '47h'],
  [49 * HOUR, '2d1h'],
  [(8 * 24 + 2) * HOUR, '8d'],
  [367 * DAY, '367d'],
  [(365 * 2 + 25) * DAY, '2y25d'],
  [(365 * 8 + 2) * DAY, '8y'],
  [119 * SECOND + 999, '119s'],
  [120 * SECOND, '2m'],
  [10 * MINUTE, '10m'],
  [9 * MINUTE + 59 * SECOND, '9m59s'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [8 * HOUR + 5 * MINUTE, '8h'],
  [48 * HOUR, '2d'],
  [-500, '0s'],
  [-1500, '0s'],
  [-2500, '<invalid>'],
])('humanDuration of %d ms is %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

it('has no age without a time', () => {
  expect(age(undefined, 0)).toBe('<unknown>');
});
