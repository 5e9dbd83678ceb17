import { describe, expect, it } from 'vitest';
import type { TimelineMark } from '../../playground/protocol.ts';
import { axisText, clockText } from './format.ts';
import { bunches, place, stretchAt, ticks } from './strip.ts';

const mark = (at: number, glyph: TimelineMark['glyph']): TimelineMark => ({ at, lane: 'cluster', glyph, text: glyph });

describe('the strip', () => {
  it('always leaves room for what is to come', () => {
    for (const now of [0, 1000, 49_000, 134_380, 600_000, 3_600_000, 36_000_000]) {
      const stretch = stretchAt(now);
      expect(place(now, stretch)).toBeGreaterThanOrEqual(0);
      expect(place(now, stretch)).toBeLessThanOrEqual(0.85);
    }
  });

  it('begins at the beginning for as long as that is readable', () => {
    expect(stretchAt(134_380).from).toBe(0);
    expect(stretchAt(7_200_000).from).toBeGreaterThan(0);
  });

  it('writes round times that do not meet', () => {
    expect(ticks({ from: 0, to: 160_000 }, 640)).toEqual([0, 30_000, 60_000, 90_000, 120_000, 150_000]);
    expect(ticks({ from: 0, to: 300_000 }, 150).length).toBeLessThanOrEqual(3);
  });

  it('bunches what would overlap, and shows the worst of it', () => {
    const found = bunches([mark(0, 'pending'), mark(10, 'failed'), mark(20, 'ready'), mark(500, 'ready')], 100);
    expect(found.map(({ shown, marks }) => [shown.glyph, marks.length])).toEqual([
      ['failed', 3],
      ['ready', 1],
    ]);
  });
});

describe('times', () => {
  it('read as a clock', () => {
    expect(clockText(134_380.7)).toBe('02:14.380');
    expect(clockText(3_723_004)).toBe('1:02:03.004');
    expect(clockText(-5)).toBe('00:00.000');
  });

  it('are short on the axis', () => {
    expect(axisText(0)).toBe('0:00');
    expect(axisText(90_000)).toBe('1:30');
    expect(axisText(3_900_000)).toBe('1:05:00');
  });
});
