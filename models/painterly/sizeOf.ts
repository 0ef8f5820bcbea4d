import type { Tensor } from '../tensor/tensor.ts';
import type { Size } from './torch7Resize.ts';

/** Of responses or pictures, `[..., H, W]`. */
export function sizeOf({ shape }: Tensor): Size {
  const [height = 1, width = 1] = shape.slice(-2);
  return { width, height };
}
