import { elementCount, tensor } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** A box of `[B, C, H, W]`, which must lie within it. */
export function cropTensor(
  { shape, data }: Tensor,
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): Tensor {
  const { left, top, width, height } = box;
  const [rows = 1, channels = 1, fromHeight = 1, fromWidth = 1] = shape;
  const cropped = tensor([rows, channels, height, width]);
  for (let target = 0; target < elementCount(cropped.shape); target += width) {
    const line = target / width;
    const source = (Math.floor(line / height) * fromHeight + top + (line % height)) * fromWidth + left;
    cropped.data.set(data.subarray(source, source + width), target);
  }
  return cropped;
}
