import type { MaskPlane } from './maskPlane.ts';
import { clipRegion, joinRegions, type Region } from './region.ts';

export interface Brush {
  readonly mode: 'add' | 'erase';
  /** In pixels, at full pressure. */
  readonly radius: number;
  /** 1 = a sharp edge; 0 = falls off from the middle. */
  readonly hardness: number;
}

interface Dab {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Draws a brush along points (x, y, pressure, x, y, ...), those before the point number `from` being there already. A
 * pixel takes the strongest (to erase: the weakest) value of all that passes over it, so a stroke that is drawn point
 * by point gives the pixels of the whole. Returns what changed.
 */
export function paintStroke(
  plane: MaskPlane,
  brush: Brush,
  { points, from = 0 }: { readonly points: ArrayLike<number>; readonly from?: number },
): Region | undefined {
  const dabAt = (index: number): Dab => ({
    x: points[index * 3]!,
    y: points[index * 3 + 1]!,
    radius: Math.max(0.5, brush.radius * Math.min(1, Math.max(0, points[index * 3 + 2]!))),
  });
  const count = Math.floor(points.length / 3);
  let changed: Region | undefined;
  for (let index = from; index < count; index++) {
    const segment = new Segment(dabAt(Math.max(0, index - 1)), dabAt(index), brush.hardness);
    changed = joinRegions(changed, paintSegment(plane, segment, brush.mode === 'erase'));
  }
  return changed;
}

function paintSegment(plane: MaskPlane, segment: Segment, erases: boolean): Region | undefined {
  const { width, data } = plane;
  const region = clipRegion(segment.bounds, plane);
  if (!region) return undefined;
  for (let y = region.top; y < region.bottom; y++) {
    const outer = segment.span(y + 0.5, segment.outer);
    const first = Math.max(region.left, Math.ceil(outer.low - 0.5));
    const last = Math.min(region.right - 1, Math.floor(outer.high - 0.5));
    if (first > last) continue;
    const inner = segment.inner > 0 ? segment.span(y + 0.5, segment.inner) : NOWHERE;
    const full = Math.min(Math.max(first, Math.ceil(inner.low - 0.5)), last + 1);
    const rest = Math.max(full, Math.min(last, Math.floor(inner.high - 0.5)) + 1);
    const row = y * width;
    for (let x = first; x < full; x++) mix(data, row + x, segment.valueAt(x + 0.5, y + 0.5), erases);
    data.fill(erases ? 0 : 255, row + full, row + rest);
    for (let x = rest; x <= last; x++) mix(data, row + x, segment.valueAt(x + 0.5, y + 0.5), erases);
  }
  return region;
}

const NOWHERE = { low: Infinity, high: -Infinity };

function mix(data: Uint8Array, index: number, value: number, erases: boolean): void {
  if (erases) {
    if (255 - value < data[index]!) data[index] = 255 - value;
  } else if (value > data[index]!) data[index] = value;
}

/** The area around a line between two dabs: fully selected up to `inner` from it, untouched beyond `outer`. */
class Segment {
  readonly outer: number;
  readonly inner: number;
  readonly bounds: Region;
  readonly #a: Dab;
  readonly #b: Dab;
  readonly #hardness: number;
  readonly #dx: number;
  readonly #dy: number;
  readonly #length: number;

  constructor(a: Dab, b: Dab, hardness: number) {
    this.#a = a;
    this.#b = b;
    this.#hardness = hardness;
    this.#dx = b.x - a.x;
    this.#dy = b.y - a.y;
    this.#length = Math.sqrt(this.#dx * this.#dx + this.#dy * this.#dy);
    this.outer = Math.max(a.radius, b.radius) + 0.5;
    this.inner = this.#innerOf(Math.min(a.radius, b.radius));
    this.bounds = {
      left: Math.floor(Math.min(a.x, b.x) - this.outer),
      top: Math.floor(Math.min(a.y, b.y) - this.outer),
      right: Math.ceil(Math.max(a.x, b.x) + this.outer),
      bottom: Math.ceil(Math.max(a.y, b.y) + this.outer),
    };
  }

  /** At least one pixel of falloff keeps the edge smooth. */
  #innerOf(radius: number): number {
    return Math.min(radius * this.#hardness, radius - 0.5);
  }

  /** What lies within `reach` of the line at height `y`: two discs and the straight edges between them. */
  span(y: number, reach: number): { low: number; high: number } {
    let [low, high] = [Infinity, -Infinity];
    const include = (from: number, to: number): void => {
      if (from < low) low = from;
      if (to > high) high = to;
    };
    for (const dab of [this.#a, this.#b]) {
      const away = y - dab.y;
      if (Math.abs(away) > reach) continue;
      const half = Math.sqrt(reach * reach - away * away);
      include(dab.x - half, dab.x + half);
    }
    if (this.#length === 0 || this.#dy === 0) return { low, high };
    for (const side of [reach / this.#length, -reach / this.#length]) {
      const along = (y - (this.#a.y + this.#dx * side)) / this.#dy;
      if (along < 0 || along > 1) continue;
      const x = this.#a.x - this.#dy * side + this.#dx * along;
      include(x, x);
    }
    return { low, high };
  }

  /** 0 to 255 by the distance from the line. */
  valueAt(x: number, y: number): number {
    const [ax, ay] = [x - this.#a.x, y - this.#a.y];
    const length = this.#length;
    const along = length === 0 ? 0 : (ax * this.#dx + ay * this.#dy) / (length * length);
    const t = along < 0 ? 0 : along > 1 ? 1 : along;
    const [px, py] = [ax - t * this.#dx, ay - t * this.#dy];
    const away = Math.sqrt(px * px + py * py);
    const radius = this.#a.radius + (this.#b.radius - this.#a.radius) * t;
    const inner = this.#innerOf(radius);
    const rise = (radius + 0.5 - away) / (radius + 0.5 - inner);
    if (rise <= 0) return 0;
    return rise >= 1 ? 255 : Math.round(rise * rise * (3 - 2 * rise) * 255);
  }
}
