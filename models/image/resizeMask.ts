import type { Mask } from './picture.ts';
import { resamplingWeights } from './resamplingKernel.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The mask at another size, in float32: smooth (Pillow's bilinear filter, which widens when shrinking), or by `box`, the
 * share of each new pixel that is covered.
 */
export function resizeMask(
  mask: Mask,
  { width, height }: Size,
  filter: 'bilinear' | 'box' = 'bilinear',
): Mask {
  if (mask.width === width && mask.height === height) return mask;
  const columns = resamplingWeights({ from: mask.width, to: width, filter });
  const rows = resamplingWeights({ from: mask.height, to: height, filter });
  const data = new Float32Array(width * height);
  const sums = new Float64Array(mask.width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let i = 0; i < rows.counts[y]!; i++) {
      const weight = rows.weights[y * rows.stride + i]!;
      const from = (rows.starts[y]! + i) * mask.width;
      for (let x = 0; x < mask.width; x++) sums[x]! += mask.data[from + x]! * weight;
    }
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < columns.counts[x]!; i++) {
        sum += sums[columns.starts[x]! + i]! * columns.weights[x * columns.stride + i]!;
      }
      data[y * width + x] = sum;
    }
  }
  return { width, height, data };
}
