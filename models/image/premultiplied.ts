import type { Box } from './box.ts';
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

/**
 * A part of the cut-out at a size that is no larger (Pillow's bicubic filter, which averages; at its own size every
 * pixel stays). Row after row, so that large ones need little memory.
 */
export function shrinkCutout(
  cutout: Cutout,
  { width, height }: { readonly width: number; readonly height: number },
  part: Box,
): Premultiplied {
  const from = cutout.picture;
  const columns = resamplingWeights({ from: from.width, to: width, filter: 'bicubic' });
  const rows = resamplingWeights({ from: from.height, to: height, filter: 'bicubic' });
  const size = { width: part.right - part.left, height: part.bottom - part.top };
  const data = new Float32Array(size.width * size.height * 4);
  const row = new Float32Array(from.width * 4);
  const sums = new Float32Array(row.length);
  for (let y = 0; y < size.height; y++) {
    sums.fill(0);
    const place = part.top + y;
    for (let i = 0; i < rows.counts[place]!; i++) {
      const weight = rows.weights[place * rows.stride + i]!;
      if (weight === 0) continue;
      premultiplyRow(cutout, rows.starts[place]! + i, row);
      for (let j = 0; j < row.length; j++) sums[j]! += row[j]! * weight;
    }
    for (let x = 0; x < size.width; x++) {
      const first = (part.left + x) * columns.stride;
      for (let i = 0; i < columns.counts[part.left + x]!; i++) {
        const weight = columns.weights[first + i]!;
        const source = (columns.starts[part.left + x]! + i) * 4;
        const target = (y * size.width + x) * 4;
        for (let c = 0; c < 4; c++) data[target + c]! += sums[source + c]! * weight;
      }
    }
  }
  return { ...size, data };
}

function premultiplyRow({ picture, mask }: Cutout, y: number, into: Float32Array): void {
  const start = y * picture.width;
  for (let i = 0; i < picture.width; i++) {
    const opacity = mask.data[start + i]!;
    const source = (start + i) * 3;
    into[i * 4] = picture.data[source]! * opacity;
    into[i * 4 + 1] = picture.data[source + 1]! * opacity;
    into[i * 4 + 2] = picture.data[source + 2]! * opacity;
    into[i * 4 + 3] = opacity;
  }
}
