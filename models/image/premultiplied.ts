import type { Mask, Picture } from './picture.ts';
import { resamplingWeights } from './resamplingKernel.ts';

/** Colours in [0, 255] times opacity, and opacity in [0, 1]: four floats a pixel. Mixing these brings in no dark edges. */
export interface Premultiplied {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface Cutout {
  readonly picture: Picture;
  /** Of the same size. */
  readonly mask: Mask;
}

/** One row, from column `left` on, as many pixels as `into` holds. */
export function premultiplyRow(
  { picture, mask }: Cutout,
  { y, left }: { readonly y: number; readonly left: number },
  into: Float32Array,
): void {
  const start = y * picture.width + left;
  for (let i = 0; i < into.length / 4; i++) {
    const opacity = mask.data[start + i]!;
    const source = (start + i) * 3;
    into[i * 4] = picture.data[source]! * opacity;
    into[i * 4 + 1] = picture.data[source + 1]! * opacity;
    into[i * 4 + 2] = picture.data[source + 2]! * opacity;
    into[i * 4 + 3] = opacity;
  }
}

/** The cut-out at a smaller size, by Pillow's bicubic filter. Row after row, so that large ones need little memory. */
export function shrinkCutout(
  cutout: Cutout,
  { width, height }: { readonly width: number; readonly height: number },
): Premultiplied {
  const from = cutout.picture;
  const columns = resamplingWeights({ from: from.width, to: width, filter: 'bicubic' });
  const rows = resamplingWeights({ from: from.height, to: height, filter: 'bicubic' });
  const data = new Float32Array(width * height * 4);
  const row = new Float32Array(from.width * 4);
  const sums = new Float32Array(row.length);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let i = 0; i < rows.counts[y]!; i++) {
      premultiplyRow(cutout, { y: rows.starts[y]! + i, left: 0 }, row);
      const weight = rows.weights[y * rows.stride + i]!;
      for (let j = 0; j < row.length; j++) sums[j]! += row[j]! * weight;
    }
    for (let x = 0; x < width; x++) {
      for (let i = 0; i < columns.counts[x]!; i++) {
        const weight = columns.weights[x * columns.stride + i]!;
        const source = (columns.starts[x]! + i) * 4;
        const target = (y * width + x) * 4;
        for (let c = 0; c < 4; c++) data[target + c]! += sums[source + c]! * weight;
      }
    }
  }
  return { width, height, data };
}
