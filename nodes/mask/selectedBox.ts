import type { Box } from '../../models/image/box.ts';
import type { Mask } from '../../models/image/picture.ts';

/** The smallest box around what a mask selects by at least a half. */
export function selectedBox({ width, height, data }: Mask): Box | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < 0.5) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return left < right ? { left, top, right, bottom } : undefined;
}
