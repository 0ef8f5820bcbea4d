import type { Matches } from '../../../../../models/painterly/matches.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';

/** `[h, w, 2]`: column and row of each match. */
export function matchesTensor({ width, height, x, y }: Matches): Tensor {
  const data = Float32Array.from({ length: x.length * 2 }, (_, i) => (i % 2 === 0 ? x : y)[i >> 1]!);
  return { shape: [height, width, 2], data };
}
