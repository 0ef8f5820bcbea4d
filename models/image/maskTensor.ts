import { resizeNearest } from '../tensor/resizeNearest.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Mask } from './picture.ts';
import { resizeMaskNearest } from './resizeMaskNearest.ts';

/** A mask as a network's input, `[1, 1, H, W]`. */
export function maskToTensor({ width, height, data }: Mask): Tensor {
  return tensor([1, 1, height, width], data);
}

/**
 * A mask at the size of a latent, `[1, 1, h, w]`, as PHDiffusion makes it: brought to the size of the picture by Pillow's
 * nearest, then every `downscale`-th row and column of it. Pixels in between are lost.
 */
export function maskToLatent(
  mask: Mask,
  {
    height,
    width,
    downscale,
  }: { readonly height: number; readonly width: number; readonly downscale: number },
): Tensor {
  const whole = resizeMaskNearest(mask, { width: width * downscale, height: height * downscale });
  return resizeNearest(maskToTensor(whole), height, width);
}
