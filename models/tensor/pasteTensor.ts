import type { DoubleTensor, Tensor } from './tensor.ts';

/** Writes `[B, C, h, w]` into a larger `[B, C, H, W]`, where cropTensor would take it from. */
export function pasteTensor(
  part: Tensor | DoubleTensor,
  into: Tensor | DoubleTensor,
  { left, top }: { readonly left: number; readonly top: number },
): void {
  const [, , height = 1, width = 1] = part.shape;
  const [, , toHeight = 1, toWidth = 1] = into.shape;
  for (let source = 0; source < part.data.length; source += width) {
    const line = source / width;
    const target = (Math.floor(line / height) * toHeight + top + (line % height)) * toWidth + left;
    into.data.set(part.data.subarray(source, source + width), target);
  }
}
