import type { Box } from '../image/box.ts';
import type { RandomSource } from './pythonRandom.ts';

/**
 * The square that Paint by Example's training cuts out around what is to be painted: as wide as the shorter side, placed
 * anywhere that holds the extended box, then smaller by up to six tenths of the room around it. A picture whose box does
 * not fit into such a square stays whole, and is squeezed.
 */
export function squareCrop(
  { width, height }: { readonly width: number; readonly height: number },
  { extended, random }: { readonly extended: Box; readonly random: RandomSource },
): Box {
  const whole = { left: 0, top: 0, right: width, bottom: height };
  if (width === height) return whole;
  const side = Math.min(width, height);
  const isWide = width > height;
  const [from, to, length] = isWide
    ? [extended.left, extended.right, width]
    : [extended.top, extended.bottom, height];
  const least = Math.max(0, to - side);
  const most = Math.min(length, from + side) - side;
  if (most <= least) return whole;
  const start = random.randint(least, most);
  const [left, top] = isWide ? [start, 0] : [0, start];
  const room = Math.min(
    extended.top - top,
    extended.left - left,
    left + side - extended.right,
    top + side - extended.bottom,
  );
  const inset = random.randint(0, Math.trunc(0.6 * room));
  return { left: left + inset, top: top + inset, right: left + side - inset, bottom: top + side - inset };
}
