import { type Colour, clamp, hex, mix, ramp, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { drawTree } from '../scenes/tree.ts';

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

interface Balloon {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly far: number;
  readonly colours: readonly string[];
}

function balloon(raster: Raster, { x, y, r, far, colours }: Balloon): void {
  const cloths = colours.map(hex);
  const haze: Colour = [0.87, 0.9, 0.9];
  const half = (v: number): number =>
    v < 0
      ? Math.sqrt(clamp(1 - v * v))
      : Math.sqrt(clamp(1 - v * v * 0.42)) * (1 - 0.36 * smoothstep(0.1, 1.25, v));
  drawShape(raster, {
    x,
    y: y + r * 0.15,
    rx: r * 1.05,
    ry: r * 1.2,
    distance: (px, py) => {
      const v = (py - y) / r;
      return v > 1.28
        ? 1
        : Math.max((Math.abs((px - x) / r) - half(v)) * r * 0.8, (v - 1.27) * r, (-1 - v) * r);
    },
    colour: (px, py) => {
      const v = (py - y) / r;
      const across = clamp((px - x) / r / Math.max(0.05, half(v)), -1, 1);
      const gore = (Math.asin(across) / Math.PI + 0.5) * 12;
      const seam = Math.abs(gore - Math.round(gore)) < 0.05 ? 0.85 : 1;
      const bulge = 1 - 0.1 * Math.cos(2 * Math.PI * gore);
      const band = v > -0.12 && v < 0.22 ? 1 : 0;
      const cloth = cloths[(Math.floor(gore) + band * 2) % cloths.length]!;
      const light =
        0.5 + 0.55 * clamp(-0.62 * across - 0.42 * v + 0.6 * Math.sqrt(clamp(1 - across * across)));
      return mix(scale(cloth, (light + 0.1) * bulge * seam * 1.05), haze, far);
    },
  });
  const basket = y + r * 1.72;
  for (const side of [-1, 1]) {
    drawShape(raster, {
      x,
      y: y + r * 1.45,
      rx: r * 0.4,
      ry: r * 0.25,
      softness: 1.6,
      opacity: 0.8,
      distance: (px, py) =>
        Math.max(
          Math.abs(px - x - side * r * (0.34 - 0.2 * ((py - y) / r - 1.25) * 2)) - r * 0.012,
          Math.abs(py - y - r * 1.45) - r * 0.22,
        ),
      colour: () => mix([0.25, 0.2, 0.16], haze, far),
    });
  }
  drawShape(raster, {
    x,
    y: basket,
    rx: r * 0.17,
    ry: r * 0.13,
    distance: (px, py) => Math.max(Math.abs(px - x) - r * 0.16, Math.abs(py - basket) - r * 0.12),
    colour: (px, py) =>
      mix(
        scale(hex('#7a5530'), (px < x ? 1.25 : 0.7) * (0.8 + 0.4 * noise(px * 400, py * 400, seed))),
        haze,
        far,
      ),
  });
}
