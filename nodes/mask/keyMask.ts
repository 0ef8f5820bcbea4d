import { MaskCanvas } from '../../drawing/maskCanvas.ts';
import { colourDistance, toOklab, type Oklab, type Rgb } from '../../models/image/colourDistance.ts';
import type { Mask, Picture } from '../../models/image/picture.ts';
import { toMaskBytes } from './maskBytes.ts';

export interface KeySettings {
  /** Selects what is not connected with the border by what counts as the same, parts inside the object included. */
  readonly outside: boolean;
  /** Colour distance that still counts as the same. */
  readonly tolerance: number;
  /** Distance beyond that over which the mask rises to 1. */
  readonly softness: number;
}

/** What differs from one colour. */
export function keyMask(picture: Picture, key: Rgb, settings: KeySettings): Mask {
  const background = toOklab(key);
  return selected(picture, settings, (i) => colourDistance(oklabAt(picture, i), background));
}

/** What differs between two pictures of one size. */
export function differenceMask(picture: Picture, other: Picture, settings: KeySettings): Mask {
  return selected(picture, settings, (i) => colourDistance(oklabAt(picture, i), oklabAt(other, i)));
}

/** The most frequent colour along the border, in steps of 8 levels, as the mean of the pixels that have it. */
export function borderColour(picture: Picture): Rgb {
  const { width, height } = picture;
  const groups = new Map<number, { count: number; sum: [number, number, number] }>();
  const add = (x: number, y: number): void => {
    const colour = pixelAt(picture, y * width + x);
    const key = colour.reduce((all, level) => all * 32 + (level >> 3), 0);
    const group = groups.get(key) ?? { count: 0, sum: [0, 0, 0] };
    group.count++;
    for (const c of [0, 1, 2] as const) group.sum[c] += colour[c];
    groups.set(key, group);
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) add(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) add(x, y);
  const [most] = [...groups.values()].sort((a, b) => b.count - a.count);
  const { count, sum } = most!;
  return [Math.round(sum[0] / count), Math.round(sum[1] / count), Math.round(sum[2] / count)];
}

function pixelAt({ data }: Picture, index: number): Rgb {
  return [data[index * 3]!, data[index * 3 + 1]!, data[index * 3 + 2]!];
}

function oklabAt(picture: Picture, index: number): Oklab {
  return toOklab(pixelAt(picture, index));
}

function selected(
  { width, height }: Picture,
  { tolerance, softness, outside }: KeySettings,
  distance: (index: number) => number,
): Mask {
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const beyond = distance(i) - tolerance;
    data[i] = beyond <= 0 ? 0 : softness === 0 ? 1 : Math.min(1, beyond / softness);
  }
  const mask = { width, height, data };
  return outside ? withoutHoles(mask) : mask;
}

/** Selects what no way from the outside leads to: fills from beyond the border, up to the edge of the object. */
function withoutHoles(mask: Mask): Mask {
  const { width, height } = mask;
  const framed = new MaskCanvas({ width: width + 2, height: height + 2 });
  const bytes = toMaskBytes(mask);
  const place = (y: number): number => (y + 1) * framed.width + 1;
  for (let y = 0; y < height; y++) framed.data.set(bytes.subarray(y * width, (y + 1) * width), place(y));
  framed.apply({ op: 'fill', mode: 'add', x: 0, y: 0 });
  const data = mask.data.map((value, i) => {
    const reached = framed.data[place(Math.floor(i / width)) + (i % width)] !== bytes[i];
    return reached ? value : 1;
  });
  return { width, height, data };
}
