import type { Box } from '../image/box.ts';
import type { Mask } from '../image/picture.ts';
import { fillPillowPolygon, type PolygonPoint } from './pillowPolygon.ts';
import type { RandomSource } from './pythonRandom.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How far points of the outline are moved, in pixels. */
const JITTER = 5;

export interface MaskShape {
  /** 1 = to be painted. */
  readonly mask: Mask;
  /** The box, larger by up to four tenths of the room on each side. */
  readonly extended: Box;
  /** The outline of an arbitrary shape; absent for a box. */
  readonly polygon?: readonly PolygonPoint[];
}

/**
 * The mask shapes that Paint by Example is trained with (ldm/data/open-images.py): with the probability `arbitrary` four
 * quadratic Bezier curves about the box, whose points are moved about, else the extended box. Draws in the authors' order.
 */
export function bezierMask(
  size: Size,
  {
    box,
    arbitrary,
    random,
  }: { readonly box: Box; readonly arbitrary: number; readonly random: RandomSource },
): MaskShape {
  const extended = extendBox(size, box, random);
  const data = new Float32Array(size.width * size.height);
  const mask: Mask = { width: size.width, height: size.height, data };
  if (random.uniform(0, 1) < arbitrary) {
    const polygon = bezierOutline(box, extended, random);
    fillPillowPolygon(mask, polygon, 1);
    return { mask, extended, polygon };
  }
  for (let y = extended.top; y < extended.bottom; y++) {
    data.fill(1, y * size.width + extended.left, y * size.width + extended.right);
  }
  return { mask, extended };
}

function extendBox({ width, height }: Size, box: Box, random: RandomSource): Box {
  const room = (free: number): number => random.randint(0, Math.trunc(0.4 * free));
  const left = box.left - room(box.left);
  const top = box.top - room(box.top);
  const right = box.right + room(width - box.right);
  const bottom = box.bottom + room(height - box.bottom);
  return { left, top, right, bottom };
}

/** Top, right, bottom, left; each side of the box bulges towards the extended one. */
function bezierOutline(box: Box, extended: Box, random: RandomSource): PolygonPoint[] {
  const { left, top, right, bottom } = box;
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const curves = [
    { xs: [left, middleX, right], ys: [top, extended.top, top] },
    { xs: [right, extended.right, right], ys: [top, middleY, bottom] },
    { xs: [right, middleX, left], ys: [bottom, extended.bottom, bottom] },
    { xs: [left, extended.left, left], ys: [bottom, middleY, top] },
  ] as const;
  return curves.flatMap(({ xs, ys }) => curvePoints(xs, ys, random));
}

type Nodes = readonly [number, number, number];

/** A point with an x or a y that the curve has had exactly is left out, and draws nothing: so the authors' lists work. */
function curvePoints(xs: Nodes, ys: Nodes, random: RandomSource): PolygonPoint[] {
  const [seenX, seenY] = [new Set<number>(), new Set<number>()];
  const points: PolygonPoint[] = [];
  for (let i = 1; i < 19; i++) {
    const [x, y] = [bezierAt(xs, i * 0.05), bezierAt(ys, i * 0.05)];
    if (seenX.has(x) || seenY.has(y)) continue;
    points.push({ x: x + random.randint(-JITTER, JITTER), y: y + random.randint(-JITTER, JITTER) });
    seenX.add(x);
    seenY.add(y);
  }
  return points;
}

/** As the package bezier evaluates it, to the last bit. */
function bezierAt([first, second, third]: Nodes, share: number): number {
  const rest = 1 - share;
  return (rest * first + 2 * share * second) * rest + share * share * third;
}
