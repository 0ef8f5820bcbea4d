import type { Mask } from '../../models/image/picture.ts';

/** A mask of one value everywhere; by default everything is selected. */
export function fullMask({ width, height }: { width: number; height: number }, value = 1): Mask {
  return { width, height, data: new Float32Array(width * height).fill(value) };
}
