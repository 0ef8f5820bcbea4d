import type { Picture } from '../../image/picture.ts';
import { roundHalfToEven } from '../../image/roundHalfToEven.ts';
import { mirrored } from './mirrored.ts';

/** Rows of a 2 x 3 matrix that leads from pixels of the source to pixels of the result. */
export type Matrix2x3 = readonly [readonly [number, number, number], readonly [number, number, number]];

/** Parts of a pixel in which coordinates are added up, and those that are left of them. */
const FINE = 1024;
const PARTS = 32;

/**
 * cv2.warpAffine with linear interpolation and BORDER_REFLECT_101, to the last bit (imgproc/src/imgwarp.cpp): the matrix
 * is inverted, and what x and what y contribute to a place is rounded on its own.
 */
export function warpPicture({ width, height, data }: Picture, matrix: Matrix2x3): Picture {
  const [across, down] = inverted(matrix);
  const out = new Uint8Array(data.length);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = partsAt(across, x, y);
      const [top, bottom] = partsAt(down, x, y);
      const columns = [mirrored(left, width), mirrored(left + 1, width)] as const;
      const rows = [mirrored(top, height) * width, mirrored(top + 1, height) * width] as const;
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number): number => data[(row + column) * 3 + channel]!;
        const upper = at(rows[0], columns[0]) * (PARTS - right) + at(rows[0], columns[1]) * right;
        const lower = at(rows[1], columns[0]) * (PARTS - right) + at(rows[1], columns[1]) * right;
        out[target++] = (upper * (PARTS - bottom) + lower * bottom + PARTS ** 2 / 2) / PARTS ** 2;
      }
    }
  }
  return { width, height, data: out };
}

/** Where a row of the matrix leads: the whole pixel, and how many parts beyond. */
function partsAt([perX, perY, offset]: Matrix2x3[number], x: number, y: number): readonly [number, number] {
  const half = FINE / PARTS / 2;
  const fine = roundHalfToEven((perY * y + offset) * FINE) + half + roundHalfToEven(perX * x * FINE);
  const parts = Math.floor((fine * PARTS) / FINE);
  const whole = Math.floor(parts / PARTS);
  return [whole, parts - whole * PARTS];
}

function inverted([[a, b, c], [d, e, f]]: Matrix2x3): Matrix2x3 {
  const share = 1 / (a * e - b * d);
  const [perX, perY] = [
    [e * share, -b * share],
    [-d * share, a * share],
  ] as const;
  return [
    [...perX, -perX[0] * c - perX[1] * f],
    [...perY, -perY[0] * c - perY[1] * f],
  ];
}
