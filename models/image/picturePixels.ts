import type { Tensor } from '../tensor/tensor.ts';
import type { Picture } from './picture.ts';

/** Pictures of one size as a network input `[B, 3, H, W]`: exactly 2 * (p / 255) - 1 in float32, as StyleID's load_img. */
export function picturesToPixels(pictures: readonly Picture[]): Tensor {
  throw new Error('Not there yet');
}

/**
 * Row `row` of `[B, 3, H, W]` in [-1, 1] as a picture. `truncate` (run_styleid.py, default): floor(255 * clamp((x+1)/2));
 * `round` (run_styleid_diffusers.py): round(255 * clamp(x/2 + 0.5)).
 */
export function pixelsToPicture(
  pixels: Tensor,
  options: { readonly row?: number; readonly rounding?: 'truncate' | 'round' } = {},
): Picture {
  throw new Error('Not there yet');
}
