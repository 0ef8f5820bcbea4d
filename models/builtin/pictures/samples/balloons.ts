import { clamp, hex, mix, ramp, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { Random } from '../random.ts';
import { type Raster, paint } from '../raster.ts';
import { drawTree } from '../scenes/tree.ts';
import { balloon } from './balloon.ts';

const sky = ['#5b8fc9', '#8fb7dc', '#c8dbe4', '#f3e3cb', '#f9e6c6'].map(hex);
const seed = 4021;

/** Hot-air balloons over misty hills in the morning. */
export function balloons(raster: Raster): void {
  const mist = hex('#efe4d2');
  paint(raster, (x, y) => {
    for (let k = 5; k >= 0; k--) {
      const base = 0.58 + 0.075 * k;
      const top =
        base -
        (0.09 + 0.015 * k) * (fractal(x * (1.6 + 0.5 * k) + k * 4.7, k, { seed, octaves: 5 }) - 0.35) -
        0.012 * noise(x * (140 - 15 * k), k, seed) * smoothstep(1, 4, k);
      if (y < top) continue;
      const depth = k / 5;
      const relief =
        fractal(x * 8 + k, y * 22, { seed: seed + k }) -
        fractal(x * 8 + k + 0.12, y * 22 + 0.1, { seed: seed + k });
      const field = noise(x * (9 + k), (y - top) * 26, seed + 31) > 0.55 ? hex('#b49a4a') : hex('#5f7d3c');
      const land = scale(
        mix(hex('#6f8f86'), mix(hex('#4d6b35'), field, 0.45 * depth), depth),
        0.95 + 2 * relief + 0.22 * (noise(x * 170, y * 150, seed) - 0.5) * depth,
      );
      const fog = clamp(0.78 - 0.75 * depth + 0.5 * smoothstep(0, 0.09, y - top) * (1 - depth));
      return mix(land, mist, fog);
    }
    const cloud = smoothstep(0.48, 0.8, fractal(x * 2.4, y * 9, { seed: seed + 2, octaves: 6 }));
    const sun = Math.exp(-7 * ((x - 0.1) ** 2 + (y - 0.55) ** 2));
    return mix(mix(ramp(sky, y / 0.6), [1, 0.97, 0.93], cloud * 0.65), [1, 0.94, 0.78], sun * 0.7);
  });
  balloon(raster, { x: 0.78, y: 0.47, r: 0.045, far: 0.5, colours: ['#d9a441', '#f1e2bd', '#9c4a35'] });
  balloon(raster, {
    x: 0.22,
    y: 0.28,
    r: 0.085,
    far: 0.22,
    colours: ['#2f6f8f', '#e9dfc4', '#2a4a63', '#d98b3f'],
  });
  balloon(raster, {
    x: 0.57,
    y: 0.3,
    r: 0.165,
    far: 0,
    colours: ['#c8372d', '#f2b632', '#c8372d', '#f4ead2', '#254a75'],
  });
  const random = new Random(9);
  for (let k = 0; k < 9; k++) {
    const near = random.next();
    drawTree(raster, {
      random,
      x: random.next(),
      y: 0.87 + 0.16 * near,
      height: 0.07 + 0.16 * near,
      leaf: mix(hex('#4c6a33'), hex('#7a7b35'), random.next()),
    });
  }
}
