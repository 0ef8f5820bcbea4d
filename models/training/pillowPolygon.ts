export interface PolygonPoint {
  readonly x: number;
  readonly y: number;
}

interface Edge {
  readonly x: number;
  readonly y: number;
  readonly slope: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Sets what Pillow 9.4's ImageDraw.polygon fills (libImaging/Draw.c) to `value`: coordinates lose their fractions, every
 * line goes from pair to pair of its crossings, and outlines count as inside.
 */
export function fillPillowPolygon(
  plane: { readonly width: number; readonly height: number; readonly data: Float32Array },
  points: readonly PolygonPoint[],
  value: number,
): void {
  const whole = points.map(({ x, y }) => ({ x: Math.trunc(x), y: Math.trunc(y) }));
  const fill = (y: number, from: number, to: number): void => {
    if (y < 0 || y >= plane.height) return;
    const [start, end] = [Math.max(0, from), Math.min(plane.width - 1, to)];
    if (start <= end) plane.data.fill(value, y * plane.width + start, y * plane.width + end + 1);
  };
  const edges: Edge[] = [];
  for (const [i, a] of whole.entries()) {
    const b = whole[(i + 1) % whole.length]!;
    if (a.y === b.y) fill(a.y, Math.min(a.x, b.x), Math.max(a.x, b.x));
    else edges.push(edgeOf(a, b));
  }
  const top = Math.min(...edges.map((edge) => edge.top));
  const bottom = Math.max(...edges.map((edge) => edge.bottom));
  for (let y = Math.max(0, top); y <= Math.min(plane.height - 1, bottom); y++) {
    const crossings = crossingsAt(edges, y, bottom);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from, to] = [halfAway(crossings[i]!), halfTowards(crossings[i + 1]!)];
      // The other way round where both lie at the same half.
      fill(y, Math.min(from, to), Math.max(from, to));
    }
  }
}

function edgeOf(a: PolygonPoint, b: PolygonPoint): Edge {
  return {
    x: a.x,
    y: a.y,
    slope: Math.fround((b.x - a.x) / (b.y - a.y)),
    top: Math.min(a.y, b.y),
    bottom: Math.max(a.y, b.y),
  };
}

/**
 * In float32, from left to right; the lower end of an edge counts twice, so that corners keep the pairs in step. Where two
 * edges lean the same way from one corner, a crossing is moved so that the corner is not cut off from the next line: the
 * one with the number that the other edge has among all edges, if there are so many yet, whichever that is.
 */
function crossingsAt(edges: readonly Edge[], y: number, last: number): number[] {
  const crossings: number[] = [];
  for (const [i, edge] of edges.entries()) {
    if (y < edge.top || y > edge.bottom) continue;
    const x = crossingOf(edge, y);
    crossings.push(x);
    if (y === edge.bottom && y < last) {
      crossings.push(x);
      continue;
    }
    const other = edges.findIndex((before, k) => k < i && sharesCorner(edge, before, y));
    if (other >= 0 && other < crossings.length) {
      crossings[other] = joinedCorner(edge, edges[other]!, { y, last });
    }
  }
  return crossings.sort((a, b) => a - b);
}

function crossingOf({ x, y: start, slope }: Edge, y: number): number {
  return Math.fround(Math.fround((y - start) * slope) + x);
}

/** Corners are whole numbers; one that rounding moved away is not seen. */
function sharesCorner(edge: Edge, other: Edge, y: number): boolean {
  const x = crossingOf(edge, y);
  const isCorner = (y === edge.top && y === other.top) || (y === edge.bottom && y === other.bottom);
  return isCorner && Number.isInteger(x) && edge.slope * other.slope > 0 && x === crossingOf(other, y);
}

/** As far as the edges reach in the next line; in the last one, in the line before. */
function joinedCorner(edge: Edge, other: Edge, { y, last }: { y: number; last: number }): number {
  const next = y === last ? y - 1 : y + 1;
  const [one, two] = [crossingOf(edge, next), crossingOf(other, next)];
  if (y === edge.bottom) return edge.slope > 0 ? Math.max(one, two) + 1 : Math.min(one, two) - 1;
  return edge.slope > 0 ? Math.min(one, two) : Math.max(one, two) + 1;
}

/** The nearest whole number; a half goes away from zero. */
function halfAway(x: number): number {
  return Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
}

/** The same, but a half goes towards zero. */
function halfTowards(x: number): number {
  return Math.sign(x) * Math.ceil(Math.abs(x) - 0.5);
}
