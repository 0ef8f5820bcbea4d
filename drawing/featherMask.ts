import { selectedRegion, type MaskPlane } from './maskPlane.ts';
import type { Region } from './region.ts';

/** Levels between two bytes that the passes keep, so that rounding does not add up. */
const STEPS = 256;

/**
 * Turns edges into ramps that reach `pixels` to both sides: three moving averages in each direction, which together
 * are close to a Gaussian of deviation pixels / 1.7 or so. Beyond the picture the mask goes on as at its border. Returns what changed.
 */
export function featherMask(plane: MaskPlane, pixels: number): Region | undefined {
  const region = selectedRegion(plane, pixels);
  if (!region || pixels < 1) return undefined;
  const [columns, rows] = [region.right - region.left, region.bottom - region.top];
  const radii = [0, 1, 2].map((pass) => Math.floor((pixels + pass) / 3)).filter((radius) => radius > 0);
  let values = new Uint16Array(columns * rows);
  averageRows(plane, region, { radii, into: values });
  for (const radius of radii) values = averageColumns(values, columns, radius);
  for (let y = 0; y < rows; y++) {
    const target = (region.top + y) * plane.width + region.left;
    for (let x = 0; x < columns; x++) {
      plane.data[target + x] = (values[y * columns + x]! + STEPS / 2) / STEPS;
    }
  }
  return region;
}

function averageRows(
  { width, data }: MaskPlane,
  { left, top, right, bottom }: Region,
  { radii, into }: { readonly radii: readonly number[]; readonly into: Uint16Array },
): void {
  const count = right - left;
  let [row, next] = [new Uint16Array(count), new Uint16Array(count)];
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < count; x++) row[x] = data[y * width + left + x]! * STEPS;
    for (const radius of radii) {
      averageLine(row, next, radius);
      [row, next] = [next, row];
    }
    into.set(row, (y - top) * count);
  }
}

function averageLine(from: Uint16Array, to: Uint16Array, radius: number): void {
  const last = from.length - 1;
  const share = 1 / (2 * radius + 1);
  let sum = from[0]! * (radius + 1);
  for (let i = 1; i <= radius; i++) sum += from[Math.min(i, last)]!;
  for (let i = 0; i <= last; i++) {
    to[i] = sum * share + 0.5;
    sum += from[i + radius + 1 > last ? last : i + radius + 1]! - from[i < radius ? 0 : i - radius]!;
  }
}

/** All columns at once, row by row, which is how they lie in memory. */
function averageColumns(from: Uint16Array, columns: number, radius: number): Uint16Array<ArrayBuffer> {
  const last = from.length / columns - 1;
  const share = 1 / (2 * radius + 1);
  const to = new Uint16Array(from.length);
  const sums = new Int32Array(columns);
  const rowOf = (y: number): number => Math.min(Math.max(y, 0), last) * columns;
  for (let y = -radius; y <= radius; y++) {
    const row = rowOf(y);
    for (let x = 0; x < columns; x++) sums[x]! += from[row + x]!;
  }
  for (let y = 0; y <= last; y++) {
    const [own, enters, leaves] = [y * columns, rowOf(y + radius + 1), rowOf(y - radius)];
    for (let x = 0; x < columns; x++) {
      const sum = sums[x]!;
      to[own + x] = sum * share + 0.5;
      sums[x] = sum + from[enters + x]! - from[leaves + x]!;
    }
  }
  return to;
}
