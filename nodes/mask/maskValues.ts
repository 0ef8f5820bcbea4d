import type { Mask } from '../../models/image/picture.ts';

/** The mask with every value replaced. */
function mapped(mask: Mask, value: (old: number) => number): Mask {
  return { ...mask, data: mask.data.map(value) };
}

export function inverted(mask: Mask): Mask {
  return mapped(mask, (value) => 1 - value);
}

/** 1 from `threshold` on, 0 below; a threshold of 0 keeps the mask as it is. */
export function thresholded(mask: Mask, threshold: number): Mask {
  return threshold > 0 ? mapped(mask, (value) => (value >= threshold ? 1 : 0)) : mask;
}
