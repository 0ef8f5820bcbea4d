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
