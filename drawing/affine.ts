/** x' = a x + b y + c, y' = d x + e y + f. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the map takes a point. */
export function mapPoint({ a, b, c, d, e, f }: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** The way back; undefined for a map that flattens everything onto a line. */
export function invertAffine({ a, b, c, d, e, f }: Affine): Affine | undefined {
  const area = a * e - b * d;
  if (area === 0 || !Number.isFinite(area)) return undefined;
  return {
    a: e / area,
    b: -b / area,
    c: (b * f - c * e) / area,
    d: -d / area,
    e: a / area,
    f: (c * d - a * f) / area,
  };
}
