import type { Picture } from './picture.ts';

/** Left and right exchanged. */
export function flipPicture({ width, height, data }: Picture): Picture {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const mirror = i - (i % width) + (width - 1 - (i % width));
    out.set(data.subarray(mirror * 3, mirror * 3 + 3), i * 3);
  }
  return { width, height, data: out };
}
