import type { CropBox } from './cropPicture.ts';
import type { Mask } from './picture.ts';

/** What lies in the box, which must lie inside the mask. */
export function cropMask(mask: Mask, { left, top, width, height }: CropBox): Mask {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * mask.width + left;
    data.set(mask.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}
