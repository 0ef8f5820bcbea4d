import { type Colour, clamp } from '../colour.ts';
import { type Plane, gradient } from '../filters.ts';
import type { Random } from '../random.ts';
import { type Raster, copyRaster } from '../raster.ts';

export interface Brush {
  /** Stroke length and width as fractions of the picture's side. */
  readonly length: number;
  readonly width: number;
  /** Strokes per brush area: 1 covers the canvas about once. */
  readonly cover: number;
  readonly opacity: number;
  /** How far each stroke's colour strays (0..1). */
  readonly stray: number;
  /** How strongly the bristles show (0..1). */
  readonly bristle: number;
  /** Round dabs instead of strokes with square ends. */
  readonly round?: boolean;
  /** Where to paint: strokes are left out where this returns false. */
  readonly where?: (p: number) => boolean;
}

export interface Canvas {
  readonly raster: Raster;
  /** Paint thickness per pixel. */
  readonly height: Plane;
}

export function createCanvas(ground: Raster): Canvas {
  return { raster: copyRaster(ground), height: new Float32Array(ground.size * ground.size) };
}

/** Covers the canvas with curved strokes along a flow field, in the source's colours. */
export function brushLayer(
  canvas: Canvas,
  source: Raster,
  { brush, flow, random }: { brush: Brush; flow: Plane; random: Random },
): void {
  const { size } = source;
  const count = Math.round(brush.cover / (brush.length * brush.width));
  for (let k = 0; k < count; k++) {
    const x = random.range(-0.02, 1.02) * size;
    const y = random.range(-0.02, 1.02) * size;
    const p = clamp(Math.floor(y), 0, size - 1) * size + clamp(Math.floor(x), 0, size - 1);
    if (brush.where && !brush.where(p)) continue;
    const common = (random.next() - 0.5) * 1.2;
    const stray = (c: number): number =>
      source.data[p * 3 + c]! + (random.next() - 0.5 + common) * brush.stray;
    const angle = flow[p]!;
    const half = brush.length * size * random.range(0.35, 0.65);
    // The field half a stroke further on bends the stroke.
    const ahead =
      clamp(Math.floor(y + Math.sin(angle) * half), 0, size - 1) * size +
      clamp(Math.floor(x + Math.cos(angle) * half), 0, size - 1);
    const bend = Math.sin(flow[ahead]! - angle) * Math.sign(Math.cos(flow[ahead]! - angle) || 1);
    stroke(canvas, {
      x,
      y,
      angle,
      half,
      width: brush.width * size * random.range(0.35, 0.6),
      bend,
      colour: [stray(0), stray(1), stray(2)],
      brush,
      random,
    });
  }
}

interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly half: number;
  readonly width: number;
  readonly bend: number;
  readonly colour: Colour;
  readonly brush: Brush;
  readonly random: Random;
}

const hairs = new Float32Array(24);

function stroke(
  { raster, height }: Canvas,
  { x, y, angle, half, width, bend, colour, brush, random }: Stroke,
): void {
  const { size, data } = raster;
  for (let k = 0; k < hairs.length; k++) hairs[k] = random.next();
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const curve = (clamp(bend, -0.9, 0.9) * 0.5) / half;
  const rx = Math.abs(c) * half + Math.abs(s) * (width + Math.abs(curve) * half * half) + 1;
  const ry = Math.abs(s) * half + Math.abs(c) * (width + Math.abs(curve) * half * half) + 1;
  const [left, right] = [Math.max(0, Math.floor(x - rx)), Math.min(size - 1, Math.ceil(x + rx))];
  const [top, bottom] = [Math.max(0, Math.floor(y - ry)), Math.min(size - 1, Math.ceil(y + ry))];
  for (let j = top; j <= bottom; j++) {
    for (let i = left; i <= right; i++) {
      const u = c * (i - x) + s * (j - y);
      const v = c * (j - y) - s * (i - x) - curve * u * u;
      const along = Math.abs(u) / half;
      const across = v / width;
      if (along >= 1 || across <= -1 || across >= 1) continue;
      const hair = (across + 1) * 11.5;
      const k = Math.floor(hair);
      const bristle = hairs[k]! + (hairs[Math.min(23, k + 1)]! - hairs[k]!) * (hair - k);
      // Some bristles run dry before the stroke ends.
      const dry = 0.25 * bristle * brush.bristle;
      const edge = brush.round
        ? clamp((1 - Math.hypot(along, across)) * width)
        : clamp((1 - Math.abs(across)) * width) * clamp((1 - along - dry) * half * 0.5);
      const alpha = edge * brush.opacity;
      if (alpha <= 0) continue;
      const tone = 1 + (bristle - 0.5) * 0.35 * brush.bristle;
      const p = j * size + i;
      data[p * 3]! += (colour[0] * tone - data[p * 3]!) * alpha;
      data[p * 3 + 1]! += (colour[1] * tone - data[p * 3 + 1]!) * alpha;
      data[p * 3 + 2]! += (colour[2] * tone - data[p * 3 + 2]!) * alpha;
      const ridge = 0.35 + 0.65 * bristle + 0.6 * across * across - 0.3 * along;
      height[p]! += (ridge - height[p]!) * alpha;
    }
  }
}

/** Lights the paint's relief from the upper left. */
export function lightRelief({ raster, height }: Canvas, strength: number): Raster {
  const { dx, dy } = gradient(height, raster.size);
  for (let p = 0; p < height.length; p++) {
    const slope = (dx[p]! + dy[p]!) * strength;
    const gain = 1 + clamp(slope, -0.45, 0.45);
    const shine = Math.max(0, slope - 0.22) * 0.5;
    for (let c = 0; c < 3; c++) raster.data[p * 3 + c] = clamp(raster.data[p * 3 + c]! * gain + shine);
  }
  return raster;
}
