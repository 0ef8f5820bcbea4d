import type { Tensor } from '../tensor/tensor.ts';
import type { Plane } from './plane.ts';

/**
 * How a layer's channels go together (Gatys et al.), of the masked responses: `(F m)(F m)^T / (C sum(m))`, `[C, C]`. Zeros for
 * an empty mask.
 */
export function gramMatrix({ shape, data }: Tensor, mask: Plane): Tensor {
  const [, channels = 0] = shape;
  const places = Uint32Array.from(mask.data.keys()).filter((i) => mask.data[i] !== 0);
  const total = mask.data.reduce((sum, value) => sum + value, 0);
  const area = mask.data.length;
  const masked = new Float32Array(channels * places.length);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < places.length; i++)
      masked[channel * places.length + i] = data[channel * area + places[i]!]! * mask.data[places[i]!]!;
  const gram = new Float32Array(channels * channels);
  for (let a = 0; a < channels; a++)
    for (let b = 0; b <= a; b++) {
      const value = total === 0 ? 0 : product(masked, a, b, places.length) / (channels * total);
      gram[a * channels + b] = value;
      gram[b * channels + a] = value;
    }
  return { shape: [channels, channels], data: gram };
}

/** Four sums side by side: one would wait for itself. */
function product(rows: Float32Array, a: number, b: number, length: number): number {
  const [one, other] = [a * length, b * length];
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += rows[one + i]! * rows[other + i]!;
    s1 += rows[one + i + 1]! * rows[other + i + 1]!;
    s2 += rows[one + i + 2]! * rows[other + i + 2]!;
    s3 += rows[one + i + 3]! * rows[other + i + 3]!;
  }
  for (; i < length; i++) s0 += rows[one + i]! * rows[other + i]!;
  return s0 + s1 + s2 + s3;
}
