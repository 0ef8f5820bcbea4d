import type { Mask } from '../../models/image/picture.ts';

/** A mask as `drawing/` works on it: one byte a pixel, values outside [0, 1] clipped. */
export function toMaskBytes({ data }: Mask): Uint8Array {
  return Uint8Array.from(data, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
}

export function fromMaskBytes(
  data: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Mask {
  return { width, height, data: Float32Array.from(data, (value) => value / 255) };
}
