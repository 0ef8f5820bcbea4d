import { expect, it } from 'vitest';
import { clipToNorm, globalNorm } from '../../../models/optimisers/globalNorm.ts';

const gradients = () => [Float32Array.of(1, -2, 0, 4, 2), Float32Array.of(0, 0, 0, 0, 0, 12)];

it('all gradients together are shortened to the limit, and kept where they are shorter', () => {
  expect(globalNorm(gradients())).toBe(13);
  const clipped = gradients();
  clipToNorm(clipped, 13, 6.5);
  expect(globalNorm(clipped)).toBeCloseTo(6.5, 5);
  expect(clipped[1]![5]! / clipped[0]![0]!).toBeCloseTo(12, 5);
  const kept = gradients();
  clipToNorm(kept, 13, 14);
  expect(kept).toEqual(gradients());
});

it('one value that is not a number shows in the norm', () => {
  expect(globalNorm([Float32Array.of(1, 2), Float32Array.of(3, Number.NaN, 1)])).toBeNaN();
  expect(globalNorm([Float32Array.of(Infinity)])).toBe(Infinity);
});

it('the norm is what the squares add up to in float64, whatever the length', () => {
  const wave = (count: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(i) * 10 ** (i % 30));
  for (const count of [0, 1, 2, 3, 4, 7, 16_383, 16_384, 16_385, 40_001]) {
    const expected = Math.sqrt(wave(count).reduce((sum, value) => sum + value * value, 0));
    // A longer one before must leave nothing behind.
    globalNorm([wave(50_000)]);
    const found = globalNorm([wave(count)]);
    expect(Math.abs(found - expected), `${count} values`).toBeLessThanOrEqual(1e-13 * expected);
  }
});
