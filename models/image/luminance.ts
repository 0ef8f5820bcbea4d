import type { Mask, Picture } from './picture.ts';

/** Pillow's convert("L") in [0, 1]: (19595 R + 38470 G + 7471 B + 32768) >> 16, over 255. */
export function luminance({ width, height, data: pixels }: Picture): Mask {
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const sum = 19595 * pixels[i * 3]! + 38470 * pixels[i * 3 + 1]! + 7471 * pixels[i * 3 + 2]!;
    data[i] = ((sum + 32768) >> 16) / 255;
  }
  return { width, height, data };
}
