import { type Colour, clamp, hex, mix, ramp, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { type Raster, drawShape, paint } from '../raster.ts';

const sky = ['#2c4a7c', '#5f83b0', '#b3b9c4', '#f0c9a0', '#f8ddb0'].map(hex);
const shore = 0.6;
const seed = 77;

/** A mountain lake on a still evening, as a photograph would show it. */
export function lake(raster: Raster): void {
  paint(raster, (x, y) => {
    if (y < shore) return viewAt(x, y);
    const depth = y - shore;
    const ripple =
      (noise(x * 5 + y * 3, depth * 160, seed) - 0.5) * (0.006 + 0.1 * depth) +
      (noise(x * 22, depth * 420, seed + 1) - 0.5) * 0.02 * depth;
    const below = viewAt(clamp(x + ripple), Math.max(0.01, shore - depth * 1.25 - Math.abs(ripple) * 0.6));
    const glint =
      smoothstep(0.72, 0.9, noise(x * 14, depth * 300, seed + 2)) * Math.exp(-30 * (x - 0.66) ** 2) * 0.25;
    const water = scale(mix(below, hex('#27405c'), 0.14 + 0.5 * depth), 0.92);
    return mix(water, [1, 0.87, 0.66], glint);
  });
  jetty(raster);
}

function skyAt(x: number, y: number): Colour {
  const base = ramp(sky, (y / shore) * 1.05);
  const cloud = smoothstep(0.5, 0.78, fractal(x * 2.2 + y, y * 8, { seed: seed + 5, octaves: 6 }));
  const thin = fractal(x * 4, y * 18, { seed: seed + 6, octaves: 5 });
  const lit = mix(hex('#a48d9c'), hex('#fbd3a6'), smoothstep(0.1, 0.5, y));
  const sun = Math.exp(-9 * ((x - 0.66) ** 2 + 1.6 * (y - 0.5) ** 2));
  return mix(mix(base, lit, cloud * 0.75 * (0.5 + 0.6 * thin)), [1, 0.92, 0.72], sun * 0.75);
}

/** Ridge line of layer k at x: 0 is the far snow mountain. */
function ridge(x: number, k: number): number {
  const sharp =
    1 -
    Math.abs(2 * fractal(x * (1.7 + k * 0.8) + k * 5.3, k * 3.1, { seed: seed + 10 + k, octaves: 6 }) - 1);
  const peak = k === 0 ? 0.2 * Math.exp(-14 * (x - 0.34) ** 2) : 0;
  return (
    [0.5, 0.53, 0.57, 0.6][k]! -
    peak -
    [0.17, 0.17, 0.12, 0.05][k]! * sharp ** 1.6 * (k === 2 ? 1.4 - 1.3 * smoothstep(0.2, 0.7, x) : 1)
  );
}

function viewAt(x: number, y: number): Colour {
  for (let k = 3; k >= 0; k--) {
    let top = ridge(x, k);
    if (k === 3)
      top -= 0.045 * noise(x * 70, 1, seed) * noise(x * 170, 2, seed) + 0.02 * noise(x * 9, 3, seed);
    if (y < top) continue;
    const face = reliefAt(x, y, k);
    const haze = [0.5, 0.42, 0.2, 0][k]! + 0.3 * smoothstep(top, shore, y) * (k < 3 ? 1 : 0.2);
    const lit = smoothstep(-0.35, 0.35, face);
    const stone = ['#59667f', '#4a5d70', '#35483f', '#1d2a24'].map(hex)[k]!;
    let rock = mix(scale(stone, 0.72), mix(scale(stone, 1.25), hex('#c79a7c'), k < 2 ? 0.35 : 0.12), lit);
    // Snow lies above a ragged line and slides off the steepest faces.
    const line =
      0.39 + 0.16 * (fractal(x * 16, y * 10, { seed: seed + 20, octaves: 5 }) - 0.5) - 0.05 * Math.abs(face);
    const snow = k === 0 ? smoothstep(line + 0.015, line - 0.015, y) : 0;
    rock = mix(rock, mix(hex('#8d9fc4'), hex('#fbe6d6'), lit), snow * 0.92);
    if (k === 2) rock = scale(rock, 0.75 + 0.5 * noise(x * 130, y * 70, seed + 4));
    return mix(rock, mix(hex('#c2b6b4'), [0.97, 0.83, 0.66], Math.exp(-9 * (x - 0.66) ** 2)), clamp(haze));
  }
  return skyAt(x, y);
}

/** Which way the slope faces: positive towards the low sun on the right. Gullies run down and away from the peak. */
function reliefAt(x: number, y: number, k: number): number {
  if (k === 3) return noise(x * 160, y * 60, seed) * 0.6 - 0.4;
  const shear =
    k === 0
      ? 0.55 * (x < 0.34 ? 1 : -1) * (y - 0.2)
      : 0.9 * (y - 0.42) * Math.sin(x * 15 + k * 2) + 0.05 * noise(x * 12, y * 12, seed + k);
  const ridged = (u: number): number => {
    let sum = 0;
    for (let octave = 0; octave < 5; octave++) {
      const f = 2 ** octave;
      sum += (1 - Math.abs(2 * noise(u * 9 * f + 31 * k, y * 4.5 * f, seed + 40 + octave) - 1)) / f ** 0.85;
    }
    return sum;
  };
  const u = x + shear;
  const side =
    k === 0 ? 0.35 * smoothstep(-0.03, 0.03, x - 0.34 - 0.05 * (noise(y * 30, 3, seed) - 0.5)) - 0.2 : 0;
  return (ridged(u - 0.006) - ridged(u + 0.006)) * 1.5 + side;
}

function jetty(raster: Raster): void {
  const wood = hex('#5a4a3f');
  for (let post = 0; post < 6; post++) {
    const y = 0.985 - post * 0.052;
    const x = 0.2 + (0.985 - y) * 0.62;
    const w = 0.0125 - post * 0.0015;
    const h = 0.085 - post * 0.01;
    for (const side of [-1, 1]) {
      const cx = x + side * (0.115 - post * 0.0152);
      drawShape(raster, {
        x: cx,
        y,
        rx: w,
        ry: h,
        distance: (px, py) => Math.max(Math.abs(px - cx) - w, Math.abs(py - y) - h),
        colour: (px, py) =>
          scale(wood, (px < cx ? 0.55 : 0.95) * (0.75 + 0.5 * noise(px * 300, py * 40, seed))),
      });
    }
  }
  drawShape(raster, {
    x: 0.28,
    y: 0.86,
    rx: 0.3,
    ry: 0.16,
    distance: (px, py) =>
      Math.max(Math.abs(px - (0.2 + (0.985 - py) * 0.62)) - 0.13 + (0.985 - py) * 0.34, 0.7 - py),
    colour: (px, py) => {
      const plank = (1 / (py - 0.52)) * 9;
      const gap = plank - Math.floor(plank) < 0.1 ? 0.4 : 1;
      return scale(
        mix(wood, hex('#d7b08a'), 0.35),
        gap *
          (0.6 + 0.5 * noise(px * 60, Math.floor(plank) * 7, seed)) *
          (0.75 + 0.3 * noise(px * 25, py * 400, seed)),
      );
    },
  });
}
