import { plane, type Plane } from './plane.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** torch7's `image.scale(img, MAX)`: the longer side becomes `longest`, the other is rounded down; also enlarges. */
export function torch7FittedSize({ width, height }: Size, longest: number): Size {
  const larger = Math.max(width, height);
  const side = (length: number): number => Math.max(1, Math.floor((length * longest) / larger));
  return { width: side(width), height: side(height) };
}

/**
 * torch7's `image.scale(img, width, height)`, bilinear: rows first, then columns. Enlarging interpolates between corners that
 * stay where they are; shrinking takes the mean over the stretch that a new pixel covers.
 */
export function torch7Bilinear(source: Plane, { width, height }: Size): Plane {
  const wide = plane(width, source.height);
  for (const [x, taps] of tapsOf(source.width, width).entries())
    for (let y = 0; y < source.height; y++)
      for (const { index, share } of taps)
        wide.data[y * width + x]! += source.data[y * source.width + index]! * share;
  const result = plane(width, height);
  for (const [y, taps] of tapsOf(source.height, height).entries())
    for (const { index, share } of taps)
      for (let x = 0; x < width; x++) result.data[y * width + x]! += wide.data[index * width + x]! * share;
  return result;
}

/** torch7's `simple` mode: the source at `trunc(i * from / to)`. */
export function torch7Nearest(source: Plane, { width, height }: Size): Plane {
  const result = plane(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = Math.floor((y * source.height) / height);
      result.data[y * width + x] = source.data[row * source.width + Math.floor((x * source.width) / width)]!;
    }
  return result;
}

interface Tap {
  readonly index: number;
  readonly share: number;
}

/** torch7 finds its places in float32: along a large picture that is off by more than a weight may be. */
function tapsOf(from: number, to: number): readonly (readonly Tap[])[] {
  const scale = Math.fround(to > from ? (from - 1) / (to - 1) : from / to);
  const place = (i: number): number => Math.fround(i * scale);
  return Array.from({ length: to }, (_, i) => {
    if (from === to) return [{ index: i, share: 1 }];
    if (to < from) return covered(place(i), place(i + 1), from);
    return i === to - 1 ? [{ index: from - 1, share: 1 }] : between(place(i), from);
  });
}

function between(place: number, from: number): readonly Tap[] {
  const index = Math.min(Math.floor(place), from - 1);
  const share = place - index;
  if (share === 0 || index + 1 >= from) return [{ index, share: 1 }];
  return [
    { index, share: 1 - share },
    { index: index + 1, share },
  ];
}

function covered(start: number, end: number, from: number): readonly Tap[] {
  const taps: Tap[] = [];
  for (let index = Math.floor(start); index < Math.min(from, end); index++) {
    taps.push({ index, share: Math.min(index + 1, end) - Math.max(index, start) });
  }
  const sum = taps.reduce((total, { share }) => total + share, 0);
  return taps.map(({ index, share }) => ({ index, share: share / sum }));
}
