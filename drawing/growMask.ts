import { nearestSeeds } from './nearestSeeds.ts';
import { selectedRegion, type MaskPlane } from './maskPlane.ts';
import type { Region } from './region.ts';

/**
 * Moves the edge of a mask outwards by `pixels` (inwards when negative), the same distance in all directions. What is
 * soft stays as soft: beyond the nearest peak of the mask its slope is drawn further out. A mask that reaches the border
 * of the picture does not shrink away from it. Returns what changed.
 */
export function growMask(plane: MaskPlane, pixels: number): Region | undefined {
  if (pixels === 0) return undefined;
  if (pixels > 0) return growOutwards(plane, pixels);
  const inverted = { ...sizeOf(plane), data: plane.data.map((value) => value ^ 255) };
  const changed = growOutwards(inverted, -pixels);
  if (changed) inverted.data.forEach((value, i) => (plane.data[i] = value ^ 255));
  return changed;
}

const sizeOf = ({ width, height }: MaskPlane) => ({ width, height });

function growOutwards(plane: MaskPlane, pixels: number): Region | undefined {
  const region = selectedRegion(plane, pixels + 1);
  if (!region) return undefined;
  const nearest = nearestSeeds(region, (x, y) => isPeak(plane, x, y));
  const { width, data } = plane;
  const before = data.slice();
  const columns = region.right - region.left;
  for (let y = region.top; y < region.bottom; y++) {
    for (let x = region.left; x < region.right; x++) {
      const seed = nearest[(y - region.top) * columns + x - region.left]!;
      const [seedX, seedY] = [region.left + (seed % columns), region.top + Math.floor(seed / columns)];
      const away = Math.sqrt((seedX - x) ** 2 + (seedY - y) ** 2);
      const index = y * width + x;
      const share = pixels / away;
      const grown =
        away <= pixels
          ? before[seedY * width + seedX]!
          : sample(before, width, { x: x + (seedX - x) * share, y: y + (seedY - y) * share });
      if (grown > before[index]!) data[index] = grown;
    }
  }
  return region;
}

/** Selected, and no neighbour more so. */
function isPeak({ width, height, data }: MaskPlane, x: number, y: number): boolean {
  const own = data[y * width + x]!;
  if (own === 0 || own === 255) return own === 255;
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (data[row * width + column]! > own) return false;
    }
  }
  return true;
}

/** Between four pixels; the point lies between two pixels of the mask, so all that are needed exist. */
function sample(data: Uint8Array, width: number, { x, y }: { x: number; y: number }): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [across, down] = [x - left, y - top];
  const at = (column: number, row: number): number => data[row * width + column]!;
  const right = across > 0 ? left + 1 : left;
  const below = down > 0 ? top + 1 : top;
  const upper = at(left, top) * (1 - across) + at(right, top) * across;
  const lower = at(left, below) * (1 - across) + at(right, below) * across;
  return Math.round(upper * (1 - down) + lower * down);
}
