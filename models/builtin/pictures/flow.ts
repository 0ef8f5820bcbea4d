import { type Plane, blurPlane, gradient, luminancePlane } from './filters.ts';
import { noise } from './noise.ts';
import type { Raster } from './raster.ts';

export interface FlowOptions {
  readonly seed: number;
  /** How far the picture's own edges decide the direction: 0 none, 1 all. */
  readonly follow: number;
  /** Cells of the wandering field across the picture. */
  readonly cells: number;
  /** The direction the wandering field turns around, in radians, and how far it turns. */
  readonly angle: number;
  readonly turn: number;
}

/**
 * Stroke direction (radians) per pixel: along the picture's edges where it has any
 * (smoothed structure tensor), along a wandering noise field elsewhere.
 */
export function flowField(raster: Raster, options: FlowOptions): Plane {
  const { size } = raster;
  const { dx, dy } = gradient(blurPlane(luminancePlane(raster), size, size / 170), size);
  const cos2 = new Float32Array(size * size);
  const sin2 = new Float32Array(size * size);
  for (let p = 0; p < cos2.length; p++) {
    // The doubled angle lets opposite gradients agree.
    cos2[p] = dy[p]! * dy[p]! - dx[p]! * dx[p]!;
    sin2[p] = -2 * dx[p]! * dy[p]!;
  }
  const c = blurPlane(cos2, size, size / 40);
  const s = blurPlane(sin2, size, size / 40);
  const out = new Float32Array(size * size);
  for (let p = 0; p < out.length; p++) {
    const x = ((p % size) / size) * options.cells;
    const y = (Math.floor(p / size) / size) * options.cells;
    const wander = 2 * (options.angle + options.turn * (2 * noise(x, y, options.seed) - 1));
    const weight = (1 - options.follow) * 0.002 + 2e-5;
    const gain = options.follow;
    out[p] =
      Math.atan2(gain * s[p]! + weight * Math.sin(wander), gain * c[p]! + weight * Math.cos(wander)) / 2;
  }
  return out;
}
