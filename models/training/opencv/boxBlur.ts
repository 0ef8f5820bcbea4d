import type { Picture } from '../../image/picture.ts';
import { mirrored } from './mirrored.ts';

/** cv2.blur, to the last bit: the mean of size x size pixels, mirrored beyond the border; `size` is odd. */
export function boxBlur({ width, height, data }: Picture, size: number): Picture {
  const radius = (size - 1) / 2;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let row = -radius; row <= radius; row++) {
          const line = mirrored(y + row, height) * width;
          for (let column = -radius; column <= radius; column++) {
            sum += data[(line + mirrored(x + column, width)) * 3 + channel]!;
          }
        }
        out[(y * width + x) * 3 + channel] = Math.round(sum / size ** 2);
      }
    }
  }
  return { width, height, data: out };
}
