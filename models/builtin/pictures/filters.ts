import { clamp, luminance } from './colour.ts';
import { type Raster, createRaster } from './raster.ts';

/** One value per pixel of a square picture. */
export type Plane = Float32Array;

function blurLines(
  source: Plane,
  { size, radius, stride, step }: Record<'size' | 'radius' | 'stride' | 'step', number>,
) {
  const out = new Float32Array(source.length);
  const norm = 1 / (2 * radius + 1);
  for (let line = 0; line < size; line++) {
    const at = (k: number): number => source[line * step + clamp(k, 0, size - 1) * stride]!;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += at(k);
    for (let k = 0; k < size; k++) {
      out[line * step + k * stride] = sum * norm;
      sum += at(k + radius + 1) - at(k - radius);
    }
  }
  return out;
}

/** Box blur of one plane, repeated twice (about a triangle filter). */
export function blurPlane(plane: Plane, size: number, radius: number): Plane {
  const r = Math.max(1, Math.round(radius));
  let out = plane;
  for (let pass = 0; pass < 2; pass++) {
    out = blurLines(out, { size, radius: r, stride: 1, step: size });
    out = blurLines(out, { size, radius: r, stride: size, step: 1 });
  }
  return out;
}

export function channel(raster: Raster, c: number): Plane {
  const out = new Float32Array(raster.size * raster.size);
  for (let i = 0; i < out.length; i++) out[i] = raster.data[i * 3 + c]!;
  return out;
}

export function blurRaster(raster: Raster, radius: number): Raster {
  const out = createRaster(raster.size);
  for (let c = 0; c < 3; c++) {
    const plane = blurPlane(channel(raster, c), raster.size, radius);
    for (let i = 0; i < plane.length; i++) out.data[i * 3 + c] = plane[i]!;
  }
  return out;
}

export function luminancePlane(raster: Raster): Plane {
  const { data } = raster;
  const out = new Float32Array(raster.size * raster.size);
  for (let i = 0; i < out.length; i++) out[i] = luminance(data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!);
  return out;
}

/** Horizontal and vertical central differences of a plane. */
export function gradient(plane: Plane, size: number): { dx: Plane; dy: Plane } {
  const dx = new Float32Array(plane.length);
  const dy = new Float32Array(plane.length);
  for (let j = 0, p = 0; j < size; j++) {
    const up = j > 0 ? size : 0;
    const down = j < size - 1 ? size : 0;
    for (let i = 0; i < size; i++, p++) {
      dx[p] = (plane[i < size - 1 ? p + 1 : p]! - plane[i > 0 ? p - 1 : p]!) / 2;
      dy[p] = (plane[p + down]! - plane[p - up]!) / 2;
    }
  }
  return { dx, dy };
}

/** Kuwahara filter: each pixel takes the mean of the calmest of its four quadrants; flat patches, sharp edges. */
export function kuwahara(raster: Raster, radius: number): Raster {
  const { size } = raster;
  const r = Math.max(1, Math.round(radius));
  const light = luminancePlane(raster);
  const mean = blurLinesBoth(light, size, r);
  const square = blurLinesBoth(
    light.map((v) => v * v),
    size,
    r,
  );
  const colour = [0, 1, 2].map((c) => blurLinesBoth(channel(raster, c), size, r));
  const out = createRaster(size);
  for (let j = 0, p = 0; j < size; j++) {
    for (let i = 0; i < size; i++, p++) {
      let best = p;
      let least = Infinity;
      for (let q = 0; q < 4; q++) {
        const at = clamp(j + (q & 1 ? r : -r), 0, size - 1) * size + clamp(i + (q & 2 ? r : -r), 0, size - 1);
        const variance = square[at]! - mean[at]! * mean[at]!;
        if (variance < least) {
          least = variance;
          best = at;
        }
      }
      for (let c = 0; c < 3; c++) out.data[p * 3 + c] = colour[c]![best]!;
    }
  }
  return out;
}

function blurLinesBoth(plane: Plane, size: number, radius: number): Plane {
  const rows = blurLines(plane, { size, radius, stride: 1, step: size });
  return blurLines(rows, { size, radius, stride: size, step: 1 });
}
