import type { CropBox } from '../image/cropPicture.ts';
import type { Picture } from '../image/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * The part of a result that Paint by Example's CLIP score looks at: from the first white pixel of a mask to the last, in
 * reading order; the last row and column are left out, and for shapes other than boxes it is not the box around them.
 * Undefined for a mask without such a box.
 */
export function scoredRegion({ width, height, data }: Picture): CropBox | undefined {
  const isWhite = (pixel: number): boolean => data[pixel * 3] === 255;
  let first = 0;
  while (first < width * height && !isWhite(first)) first++;
  let last = width * height - 1;
  while (last >= first && !isWhite(last)) last--;
  const [left, top] = [first % width, Math.floor(first / width)];
  const box = { left, top, width: (last % width) - left, height: Math.floor(last / width) - top };
  return last >= first && box.width > 0 && box.height > 0 ? box : undefined;
}

/** CLIP scores of features row by row, `[N, D]` each: a hundred times the cosine between the two. */
export function clipScores(results: Tensor, references: Tensor): number[] {
  const [rows = 0, size = 0] = results.shape;
  return Array.from({ length: rows }, (_, row) => {
    let [dot, one, other] = [0, 0, 0];
    for (let i = row * size; i < (row + 1) * size; i++) {
      dot += results.data[i]! * references.data[i]!;
      one += results.data[i]! ** 2;
      other += references.data[i]! ** 2;
    }
    return (100 * dot) / Math.sqrt(one * other);
  });
}
