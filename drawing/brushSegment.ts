import type { MaskPlane } from './maskPlane.ts';
import { clipRegion, type Region } from './region.ts';

export interface Dab {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface BrushSegmentParts {
  readonly from: Dab;
  readonly to: Dab;
  readonly hardness: number;
  /** What lies behind `from` has been painted at least as wide: it is left out. */
  readonly goesOn: boolean;
}

/** Columns of a row of pixels, the last not inside. */
interface Columns {
  readonly low: number;
  readonly high: number;
}
const NOWHERE: Columns = { low: Infinity, high: -Infinity };

/** The area around a line between two dabs: wholly selected up to `inner` from it, untouched beyond `outer`. */
export class BrushSegment {
  readonly #from: Dab;
  readonly #widening: number;
  readonly #to: Dab;
  readonly #hardness: number;
  readonly #goesOn: boolean;
  readonly #dx: number;
  readonly #dy: number;
  /** Of the line; squared. */
  readonly #square: number;
  readonly #outer: number;
  readonly #inner: number;

  constructor({ from, to, hardness, goesOn }: BrushSegmentParts) {
    [this.#from, this.#to, this.#hardness, this.#goesOn] = [from, to, hardness, goesOn];
    [this.#dx, this.#dy, this.#widening] = [to.x - from.x, to.y - from.y, to.radius - from.radius];
    this.#square = this.#dx * this.#dx + this.#dy * this.#dy;
    this.#outer = Math.max(from.radius, to.radius) + 0.5;
    this.#inner = innerOf(Math.min(from.radius, to.radius), hardness);
  }

  /** Selects it (or erases it), and says which pixels have changed. */
  paint(plane: MaskPlane, erases: boolean): Region | undefined {
    const region = clipRegion(this.#bounds, plane);
    if (!region) return undefined;
    let [left, right, top, bottom] = [region.right, region.left, region.bottom, region.top];
    for (let y = region.top; y < region.bottom; y++) {
      const { low, high } = this.#paintRow(plane, y, erases);
      if (low >= high) continue;
      [left, right] = [Math.min(left, low), Math.max(right, high)];
      [top, bottom] = [Math.min(top, y), y + 1];
    }
    return top < bottom ? { left, top, right, bottom } : undefined;
  }

  get #bounds(): Region {
    const [a, b, outer] = [this.#from, this.#to, this.#outer];
    return {
      left: Math.floor(Math.min(a.x, b.x) - outer),
      top: Math.floor(Math.min(a.y, b.y) - outer),
      right: Math.ceil(Math.max(a.x, b.x) + outer),
      bottom: Math.ceil(Math.max(a.y, b.y) + outer),
    };
  }

  /** The falloff, what is wholly selected, and the falloff again; answers the changed columns. */
  #paintRow(plane: MaskPlane, y: number, erases: boolean): Columns {
    const ahead = this.#ahead(y + 0.5);
    const outer = columnsIn(this.#span(y + 0.5, this.#outer));
    const first = Math.max(0, outer.low, ahead.low);
    const end = Math.min(plane.width, outer.high, ahead.high);
    if (first >= end) return NOWHERE;
    const inner = this.#inner > 0 ? columnsIn(this.#span(y + 0.5, this.#inner)) : NOWHERE;
    const full = Math.min(Math.max(first, inner.low), end);
    const rest = Math.max(full, Math.min(end, inner.high));
    const parts = [
      this.#mix(plane, y, { low: first, high: full, erases }),
      fillColumns(plane, y, { low: full, high: rest, erases }),
      this.#mix(plane, y, { low: rest, high: end, erases }),
    ];
    return {
      low: Math.min(...parts.map(({ low }) => low)),
      high: Math.max(...parts.map(({ high }) => high)),
    };
  }

  /** Pixels take 0 to 255 by their distance from the line. To erase is to select with light and dark exchanged. */
  #mix({ width, data }: MaskPlane, y: number, { low, high, erases }: Columns & { erases: boolean }): Columns {
    const [flip, row] = [erases ? 255 : 0, y * width];
    const { x: fromX, y: fromY, radius: fromRadius } = this.#from;
    const [dx, dy, square, widening, hardness] = [
      this.#dx,
      this.#dy,
      this.#square,
      this.#widening,
      this.#hardness,
    ];
    const ay = y + 0.5 - fromY;
    let [first, end] = [high, low];
    for (let x = low; x < high; x++) {
      const old = data[row + x]! ^ flip;
      if (old === 255) continue;
      const ax = x + 0.5 - fromX;
      const along = ax * dx + ay * dy;
      const t = along <= 0 ? 0 : along >= square ? 1 : along / square;
      const px = ax - t * dx;
      const py = ay - t * dy;
      const away = Math.sqrt(px * px + py * py);
      const radius = fromRadius + widening * t;
      const rise = (radius + 0.5 - away) / (radius + 0.5 - innerOf(radius, hardness));
      if (rise <= 0) continue;
      const value = rise >= 1 ? 255 : (rise * rise * (3 - 2 * rise) * 255 + 0.5) | 0;
      if (value <= old) continue;
      data[row + x] = value ^ flip;
      if (x < first) first = x;
      end = x + 1;
    }
    return first < end ? { low: first, high: end } : NOWHERE;
  }

  /** What of a row does not lie behind the line's beginning; a pixel more, so that rounding leaves no gap. */
  #ahead(y: number): Columns {
    const everything = { low: -Infinity, high: Infinity };
    if (!this.#goesOn) return everything;
    const [dx, dy] = [this.#dx, this.#dy];
    const along = (y - this.#from.y) * dy;
    if (dx === 0) return along < -Math.abs(dy) ? NOWHERE : everything;
    const border = this.#from.x - along / dx;
    return dx > 0
      ? { ...everything, low: Math.floor(border) - 1 }
      : { ...everything, high: Math.ceil(border) + 1 };
  }

  /** What lies within `reach` of the line at height `y`: two discs and the straight edges between them. */
  #span(y: number, reach: number): Columns {
    let [low, high] = [Infinity, -Infinity];
    const include = (from: number, to: number): void => {
      if (from < low) low = from;
      if (to > high) high = to;
    };
    for (const dab of [this.#from, this.#to]) {
      const away = y - dab.y;
      if (Math.abs(away) > reach) continue;
      const half = Math.sqrt(reach * reach - away * away);
      include(dab.x - half, dab.x + half);
    }
    if (this.#square === 0 || this.#dy === 0) return { low, high };
    const length = Math.sqrt(this.#square);
    for (const side of [reach / length, -reach / length]) {
      const along = (y - (this.#from.y + this.#dx * side)) / this.#dy;
      if (along < 0 || along > 1) continue;
      const x = this.#from.x - this.#dy * side + this.#dx * along;
      include(x, x);
    }
    return { low, high };
  }
}

/** Where the falloff begins: at least one pixel of it keeps the edge smooth. */
function innerOf(radius: number, hardness: number): number {
  return Math.min(radius * hardness, radius - 0.5);
}

/** The pixels whose middles lie in a span. */
function columnsIn({ low, high }: Columns): Columns {
  return { low: Math.ceil(low - 0.5), high: Math.floor(high - 0.5) + 1 };
}

/** Selects (or erases) columns wholly; those at both ends that are so already have not changed. */
function fillColumns(
  { width, data }: MaskPlane,
  y: number,
  { low, high, erases }: Columns & { readonly erases: boolean },
): Columns {
  const [row, full] = [y * width, erases ? 0 : 255];
  let [first, end] = [low, high];
  while (first < end && data[row + first] === full) first++;
  while (end > first && data[row + end - 1] === full) end--;
  if (first === end) return NOWHERE;
  data.fill(full, row + first, row + end);
  return { low: first, high: end };
}
