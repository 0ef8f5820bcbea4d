import { tensor, type Tensor } from './tensor.ts';

/** PyTorch's `interpolate` in its default mode: `[B, C, H, W]` to another height and width, source index floor(i * scale). */
export function resizeNearest(given: Tensor, height: number, width: number): Tensor {
  const [rows = 1, channels = 1, fromHeight = 1, fromWidth = 1] = given.shape;
  if (fromHeight === height && fromWidth === width) return given;
  const result = tensor([rows, channels, height, width]);
  const [ys, xs] = [sources(fromHeight, height), sources(fromWidth, width)];
  let target = 0;
  for (let plane = 0; plane < rows * channels; plane++) {
    const start = plane * fromHeight * fromWidth;
    for (const y of ys) for (const x of xs) result.data[target++] = given.data[start + y * fromWidth + x]!;
  }
  return result;
}

/** PyTorch multiplies in float32, which decides where a product falls on a whole number. */
function sources(from: number, to: number): Int32Array {
  const scale = Math.fround(from / to);
  return Int32Array.from({ length: to }, (_, i) => Math.min(Math.floor(Math.fround(i * scale)), from - 1));
}
