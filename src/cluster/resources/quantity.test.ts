import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalQuantity, compareQuantities, milliValue, quantityValue } from './quantity.ts';

describe('canonical form (Quantity.CanonicalizeBytes)', () => {
  it.each([
    ['0', '0'],
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1.5', '1500m'],
    ['100m', '100m'],
    ['0.0001', '100u'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['2000k', '2M'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1024', '1024'],
    ['1000Ki', '1000Ki'],
    ['0.5Ki', '512'],
    ['512Ki', '512Ki'],
    ['128974848', '128974848'],
    ['129e6', '129e6'],
    ['1e3', '1e3'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['+1', '1'],
    ['-1500m', '-1500m'],
    ['.5', '500m'],
    ['5.', '5'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each(['', 'half', '1.2.3', '1 Gi', '1gi', 'Gi', '1KiB', '--1', '1e'])('%j is none', (text) => {
    expect(canonicalQuantity(text)).toBeUndefined();
  });

  it('is stable, and keeps the amount', () => {
    const suffix = fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi');
    fc.assert(
      fc.property(fc.nat(1_000_000), suffix, (number, unit) => {
        const text = `${number}${unit}`;
        const canonical = canonicalQuantity(text) ?? '';
        expect(canonicalQuantity(canonical)).toBe(canonical);
        expect(compareQuantities(canonical, text)).toBe(0);
      }),
    );
  });
});

it('compares amounts, however they are written', () => {
  expect(compareQuantities('1Gi', '1G')).toBe(1);
  expect(compareQuantities('500m', '0.5')).toBe(0);
  expect(compareQuantities('100m', '1')).toBe(-1);
  expect(quantityValue('1Gi')).toBe(1073741824);
  expect(quantityValue('250m')).toBe(0.25);
  expect(milliValue('1.0001')).toBe(1001);
});
