import type { Region } from './region.ts';

/**
 * For every pixel of a region the index of the nearest seed within it, by Euclidean distance (Meijster, Roerdink and
 * Hesselink, 2000): first along columns, then the lowest of the parabolas that the columns of a row stand for. At least
 * one pixel must be a seed.
 */
export function nearestSeeds(
  { left, top, right, bottom }: Region,
  isSeed: (x: number, y: number) => boolean,
): Int32Array {
  const [columns, rows] = [right - left, bottom - top];
  const seedRows = nearestInColumns(columns, rows, (x, y) => isSeed(left + x, top + y));
  const nearest = new Int32Array(columns * rows);
  const heights = new Float64Array(columns);
  const stack = { column: new Int32Array(columns), from: new Int32Array(columns) };
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const row = seedRows[y * columns + x]!;
      heights[x] = row < 0 ? Infinity : (row - y) ** 2;
    }
    let found = lowestParabolas(heights, stack);
    for (let x = columns - 1; x >= 0; x--) {
      const column = stack.column[found]!;
      nearest[y * columns + x] = seedRows[y * columns + column]! * columns + column;
      if (x === stack.from[found]) found--;
    }
  }
  return nearest;
}

/** Per pixel the row of the nearest seed in its column, -1 in a column without any. */
function nearestInColumns(
  columns: number,
  rows: number,
  isSeed: (x: number, y: number) => boolean,
): Int32Array {
  const nearest = new Int32Array(columns * rows).fill(-1);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      if (isSeed(x, y)) nearest[y * columns + x] = y;
      else if (y > 0) nearest[y * columns + x] = nearest[(y - 1) * columns + x]!;
    }
  }
  for (let y = rows - 2; y >= 0; y--) {
    for (let x = 0; x < columns; x++) {
      const [own, below] = [nearest[y * columns + x]!, nearest[(y + 1) * columns + x]!];
      if (below >= 0 && (own < 0 || below - y < y - own)) nearest[y * columns + x] = below;
    }
  }
  return nearest;
}

/** Fills the stack with the columns that are nearest somewhere and where their reach begins; returns the last index. */
function lowestParabolas(heights: Float64Array, stack: { column: Int32Array; from: Int32Array }): number {
  let top = -1;
  for (let x = 0; x < heights.length; x++) {
    if (heights[x] === Infinity) continue;
    let from = 0;
    while (top >= 0) {
      const other = stack.column[top]!;
      // The first whole position at which this column is nearer than the other.
      const meet = (x * x - other * other + heights[x]! - heights[other]!) / (2 * (x - other));
      from = Math.floor(meet) + 1;
      if (from > stack.from[top]!) break;
      top--;
      from = 0;
    }
    if (from >= heights.length) continue;
    top++;
    stack.column[top] = x;
    stack.from[top] = from;
  }
  return top;
}
