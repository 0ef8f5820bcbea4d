import { nearestSources } from './nearestSources.ts';
import type { Picture } from './picture.ts';
import { PictureError } from './pictureError.ts';
import { resamplingKernel } from './resamplingKernel.ts';
import type { SmoothFilter } from './resamplingKernel.ts';

export type ResizeFilter = 'nearest' | SmoothFilter;

export interface ResizeTarget {
  readonly width: number;
  readonly height: number;
  readonly filter: ResizeFilter;
}

/**
 * Resizes as Pillow's Image.resize does, to the last bit (libImaging/Resample.c): filters widen when shrinking, weights
 * have 22 fractional bits, and the result is rounded to 8 bits after the horizontal and again after the vertical pass.
 * Throws PictureError `bad-size`.
 */
export function resizePicture(picture: Picture, { width, height, filter }: ResizeTarget): Picture {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new PictureError('bad-size', `A picture cannot be resized to ${width} x ${height} pixels.`);
  }
  if (filter === 'nearest') return resizeNearest(picture, width, height);
  const wide = width === picture.width ? picture : resizeRows(picture, width, filter);
  return height === wide.height ? wide : resizeColumns(wide, height, filter);
}

/** torchvision's Resize(size) on a PIL image: the shorter side becomes `size`, the longer int(size * long / short). */
export function resizeShorterSide(
  picture: Picture,
  { size, filter }: { readonly size: number; readonly filter: ResizeFilter },
): Picture {
  const { width, height } = picture;
  const longer = Math.floor((size * Math.max(width, height)) / Math.min(width, height));
  return width <= height
    ? resizePicture(picture, { width: size, height: longer, filter })
    : resizePicture(picture, { width: longer, height: size, filter });
}

const fractionBits = 22;
const half = 1 << (fractionBits - 1);

function resizeRows({ width, height, data }: Picture, to: number, filter: SmoothFilter): Picture {
  const { starts, counts, weights, stride } = resamplingKernel({ from: width, to, filter, fractionBits });
  const out = new Uint8Array(to * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      let [red, green, blue] = [half, half, half];
      let source = (y * width + starts[x]!) * 3;
      const first = x * stride;
      for (let i = first; i < first + counts[x]!; i++, source += 3) {
        const weight = weights[i]!;
        red += data[source]! * weight;
        green += data[source + 1]! * weight;
        blue += data[source + 2]! * weight;
      }
      const target = (y * to + x) * 3;
      out[target] = clip8(red);
      out[target + 1] = clip8(green);
      out[target + 2] = clip8(blue);
    }
  }
  return { width: to, height, data: out };
}

function resizeColumns({ width, height, data }: Picture, to: number, filter: SmoothFilter): Picture {
  const { starts, counts, weights, stride } = resamplingKernel({ from: height, to, filter, fractionBits });
  const row = width * 3;
  const out = new Uint8Array(row * to);
  const sums = new Int32Array(row);
  for (let y = 0; y < to; y++) {
    sums.fill(half);
    for (let i = 0; i < counts[y]!; i++) {
      const weight = weights[y * stride + i]!;
      const source = (starts[y]! + i) * row;
      for (let x = 0; x < row; x++) sums[x]! += data[source + x]! * weight;
    }
    for (let x = 0; x < row; x++) out[y * row + x] = clip8(sums[x]!);
  }
  return { width, height: to, data: out };
}

function clip8(sum: number): number {
  const value = sum >> fractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeNearest({ width, height, data }: Picture, toWidth: number, toHeight: number): Picture {
  const columns = nearestSources(width, toWidth);
  const rows = nearestSources(height, toHeight);
  const out = new Uint8Array(toWidth * toHeight * 3);
  let target = 0;
  for (const y of rows) {
    for (const x of columns) {
      const source = (y * width + x) * 3;
      out[target++] = data[source]!;
      out[target++] = data[source + 1]!;
      out[target++] = data[source + 2]!;
    }
  }
  return { width: toWidth, height: toHeight, data: out };
}
