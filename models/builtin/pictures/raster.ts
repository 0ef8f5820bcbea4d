import { type Colour, clamp } from './colour.ts';

/** A square picture: interleaved display RGB, 0..1, row by row. */
export interface Raster {
  readonly size: number;
  readonly data: Float32Array;
}

export function createRaster(size: number): Raster {
  return { size, data: new Float32Array(size * size * 3) };
}

export function copyRaster(raster: Raster): Raster {
  return { size: raster.size, data: raster.data.slice() };
}

/** Colours every pixel from its unit coordinates (0..1, y down). */
export function paint(raster: Raster, colour: (x: number, y: number) => Colour): void {
  const { size, data } = raster;
  for (let j = 0, p = 0; j < size; j++) {
    for (let i = 0; i < size; i++, p += 3) data.set(colour((i + 0.5) / size, (j + 0.5) / size), p);
  }
}

/** Mixes `colour` into the pixel whose first channel is at `p`. */
export function blend(
  data: Float32Array,
  p: number,
  { colour, alpha }: { colour: Colour; alpha: number },
): void {
  data[p]! += (colour[0] - data[p]!) * alpha;
  data[p + 1]! += (colour[1] - data[p + 1]!) * alpha;
  data[p + 2]! += (colour[2] - data[p + 2]!) * alpha;
}

export interface Shape {
  /** Bounding box in unit coordinates: centre and half sizes. */
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  /** Signed distance to the outline in unit coordinates, negative inside. */
  readonly distance: (x: number, y: number) => number;
  readonly colour: (x: number, y: number, distance: number) => Colour;
  /** Width of the edge in pixels (1 is sharp). */
  readonly softness?: number;
  readonly opacity?: number;
}

/** Draws an antialiased shape. */
export function drawShape(raster: Raster, shape: Shape): void {
  const { size, data } = raster;
  const { softness = 1.2, opacity = 1 } = shape;
  const margin = softness / size;
  const left = Math.max(0, Math.floor((shape.x - shape.rx - margin) * size));
  const right = Math.min(size - 1, Math.ceil((shape.x + shape.rx + margin) * size));
  const top = Math.max(0, Math.floor((shape.y - shape.ry - margin) * size));
  const bottom = Math.min(size - 1, Math.ceil((shape.y + shape.ry + margin) * size));
  for (let j = top; j <= bottom; j++) {
    for (let i = left; i <= right; i++) {
      const x = (i + 0.5) / size;
      const y = (j + 0.5) / size;
      const d = shape.distance(x, y);
      const alpha = clamp(0.5 - (d * size) / softness) * opacity;
      if (alpha > 0) blend(data, (j * size + i) * 3, { colour: shape.colour(x, y, d), alpha });
    }
  }
}

/** Halves the size by averaging 2x2 pixels. */
export function halve(raster: Raster): Raster {
  const out = createRaster(raster.size / 2);
  const stride = raster.size * 3;
  for (let j = 0, p = 0; j < out.size; j++) {
    for (let i = 0; i < out.size; i++) {
      let q = j * 2 * stride + i * 6;
      for (let c = 0; c < 3; c++, p++, q++) {
        const sum =
          raster.data[q]! + raster.data[q + 3]! + raster.data[q + stride]! + raster.data[q + stride + 3]!;
        out.data[p] = sum / 4;
      }
    }
  }
  return out;
}
