import type { Picture } from '../image/picture.ts';
import { PATCH, type PatchField } from './patchField.ts';

/**
 * Puts the matched patches of the painting where they belong: every pixel is the mean of those that cover it, rounded (halves
 * up). Corners without a match do not vote; a pixel that none covers keeps `otherwise`.
 */
export function votePatches(field: PatchField, painting: Picture, otherwise: Picture): Picture {
  const { width, height } = otherwise;
  const [sums, counts] = [new Uint32Array(width * height * 3), new Uint16Array(width * height)];
  for (let corner = 0; corner < field.x.length; corner++) {
    if (field.distance[corner] === Infinity) continue;
    const [left, top] = [corner % field.width, Math.floor(corner / field.width)];
    for (let dy = 0; dy < PATCH; dy++)
      for (let dx = 0; dx < PATCH; dx++) {
        const to = (top + dy) * width + left + dx;
        const from = ((field.y[corner]! + dy) * painting.width + field.x[corner]! + dx) * 3;
        counts[to]! += 1;
        for (let c = 0; c < 3; c++) sums[to * 3 + c]! += painting.data[from + c]!;
      }
  }
  const data = otherwise.data.map((level, i) => {
    const count = counts[Math.floor(i / 3)]!;
    return count === 0 ? level : Math.floor(sums[i]! / count + 0.5);
  });
  return { width, height, data };
}
