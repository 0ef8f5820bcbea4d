import type { FloatArray } from './optimiser.ts';

/** The inner product in float64. Four sums side by side: one would wait for itself at every element. */
export function dot(left: FloatArray, right: FloatArray): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = left.length - 3;
  let i = 0;
  for (; i < end; i += 4) {
    a += left[i]! * right[i]!;
    b += left[i + 1]! * right[i + 1]!;
    c += left[i + 2]! * right[i + 2]!;
    d += left[i + 3]! * right[i + 3]!;
  }
  for (; i < left.length; i++) a += left[i]! * right[i]!;
  return a + b + c + d;
}
