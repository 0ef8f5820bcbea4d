import type { MaskPlane } from './maskPlane.ts';
import { clipRegion, type Region } from './region.ts';

/** Lines looked at per row of pixels; between two corners on quarters of a pixel none hits a corner. */
const LINES = 8;
const FRACTIONS = 256;
const WHOLE = LINES * FRACTIONS;

interface Edge {
  readonly top: number;
  readonly bottom: number;
  readonly x: number;
  readonly slope: number;
  readonly turn: 1 | -1;
}

/**
 * Selects (or erases) the inside of a polygon (x, y, x, y, ...); whatever its outline winds around counts as inside.
 * Edges are smooth: a pixel is selected by how much of it is covered. Returns what changed.
 */
export function fillPolygon(
  plane: MaskPlane,
  mode: 'add' | 'erase',
  points: readonly number[],
): Region | undefined {
  const region = clipRegion(boundsOf(points), plane);
  if (!region) return undefined;
  const edges = edgesOf(points);
  const row = new CoverageRow(plane.width);
  let [next, active] = [0, [] as Edge[]];
  for (let y = region.top; y < region.bottom; y++) {
    while (next < edges.length && edges[next]!.top < y + 1) active.push(edges[next++]!);
    active = active.filter(({ bottom }) => bottom > y);
    for (let line = 0; line < LINES; line++) row.addLine(active, y + (line + 0.5) / LINES);
    row.mixInto(plane.data, { from: y * plane.width, erases: mode === 'erase' });
  }
  return region;
}

function boundsOf(points: readonly number[]): Region {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  return {
    left: Math.floor(left),
    top: Math.floor(top),
    right: Math.ceil(right),
    bottom: Math.ceil(bottom),
  };
}

/** From the top downwards; level ones are never crossed. */
function edgesOf(points: readonly number[]): Edge[] {
  const edges: Edge[] = [];
  const count = Math.floor(points.length / 2);
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    const [x0, y0] = [points[i * 2]!, points[i * 2 + 1]!];
    const [x1, y1] = [points[next * 2]!, points[next * 2 + 1]!];
    if (y0 === y1) continue;
    const slope = (x1 - x0) / (y1 - y0);
    edges.push(
      y0 < y1
        ? { top: y0, bottom: y1, x: x0, slope, turn: 1 }
        : { top: y1, bottom: y0, x: x1, slope, turn: -1 },
    );
  }
  return edges.sort((a, b) => a.top - b.top);
}

/** How much of each pixel of one row is covered, in 1 / WHOLE. */
class CoverageRow {
  readonly #width: number;
  /** What a span's two ends cover of their pixels. */
  readonly #ends: Int32Array;
  /** Where whole pixels begin (+) and end (-). */
  readonly #changes: Int32Array;

  constructor(width: number) {
    this.#width = width;
    this.#ends = new Int32Array(width + 1);
    this.#changes = new Int32Array(width + 2);
  }

  addLine(edges: readonly Edge[], y: number): void {
    const crossings = edges
      .filter(({ top, bottom }) => top <= y && y < bottom)
      .map(({ x, top, slope, turn }) => ({ x: x + (y - top) * slope, turn }))
      .sort((a, b) => a.x - b.x);
    let winding = 0;
    let start = 0;
    for (const { x, turn } of crossings) {
      if (winding === 0) start = x;
      winding += turn;
      if (winding === 0) this.#addSpan(start, x);
    }
  }

  #addSpan(from: number, to: number): void {
    const fixed = (x: number): number => Math.round(Math.min(Math.max(x, 0), this.#width) * FRACTIONS);
    const [start, end] = [fixed(from), fixed(to)];
    const [first, last] = [Math.floor(start / FRACTIONS), Math.floor(end / FRACTIONS)];
    if (first === last) {
      this.#ends[first]! += end - start;
      return;
    }
    this.#ends[first]! += (first + 1) * FRACTIONS - start;
    this.#changes[first + 1]! += FRACTIONS;
    this.#changes[last]! -= FRACTIONS;
    this.#ends[last]! += end - last * FRACTIONS;
  }

  /** Mixes the row in and is empty again. */
  mixInto(data: Uint8Array, { from, erases }: { from: number; erases: boolean }): void {
    let whole = 0;
    for (let x = 0; x < this.#width; x++) {
      whole += this.#changes[x]!;
      const covered = Math.round(((whole + this.#ends[x]!) * 255) / WHOLE);
      if (covered === 0) continue;
      if (erases) data[from + x] = Math.min(data[from + x]!, 255 - covered);
      else data[from + x] = Math.max(data[from + x]!, covered);
    }
    this.#ends.fill(0);
    this.#changes.fill(0);
  }
}
