import { type Colour, mix, scale } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { naturalColour } from './scene.ts';
import { blurRaster } from '../filters.ts';

/** Leaves, petals and blossoms in front of each other, the far ones out of focus. */
export function leaves(raster: Raster, random: Random): void {
  const seed = random.seed();
  const ground = scale(naturalColour(random), random.range(0.3, 0.9));
  paint(raster, (x, y) => scale(ground, 0.5 + fractal(x * 5, y * 5, { seed, octaves: 5 })));
  const leaf = naturalColour(random);
  const other = random.chance(0.5) ? mix(leaf, naturalColour(random), 0.4) : naturalColour(random);
  const count = 20 + random.int(50);
  const largest = random.range(0.08, 0.3);
  for (let k = 0; k < count; k++) {
    if (k === Math.floor(count * 0.4) && random.chance(0.6))
      raster.data.set(blurRaster(raster, raster.size / 90).data);
    const tone = mix(leaf, other, random.next());
    const size = largest * random.range(0.4, 1);
    const at = {
      random,
      x: random.range(-0.1, 1.1),
      y: random.range(-0.1, 1.1),
      size,
      colour: scale(tone, 0.5 + (0.7 * k) / count),
    };
    if (random.chance(0.25)) drawBlossom(raster, { ...at, colour: naturalColour(random) });
    else drawLeaf(raster, at);
  }
}

export interface Growth {
  readonly random: Random;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: Colour;
  /** Direction in radians; random when absent. */
  readonly angle?: number;
}

/** One leaf with a midrib, veins, a shaded half and a drop shadow. */
export function drawLeaf(raster: Raster, { random, x, y, size, colour, angle }: Growth): void {
  const a = angle ?? random.range(0, 2 * Math.PI);
  const c = Math.cos(a);
  const s = Math.sin(a);
  const slim = random.range(0.22, 0.5);
  const seed = random.seed();
  const outline = (px: number, py: number): number => {
    const u = (c * (px - x) + s * (py - y)) / size;
    const v = (c * (py - y) - s * (px - x)) / size;
    return (Math.abs(v) - slim * (1 - u * u) * (1 - 0.3 * u)) * size * 0.8;
  };
  const box = { x, y, rx: size * 1.1, ry: size * 1.1 };
  drawShape(raster, {
    ...box,
    softness: raster.size / 20,
    opacity: 0.4,
    distance: (px, py) => outline(px - 0.012, py - 0.018),
    colour: () => [0, 0, 0],
  });
  drawShape(raster, {
    ...box,
    distance: outline,
    colour: (px, py) => {
      const u = (c * (px - x) + s * (py - y)) / size;
      const v = (c * (py - y) - s * (px - x)) / size;
      const rib = Math.exp(-((v * 40) ** 2)) * 0.35;
      const vein = Math.sin((u - Math.abs(v) * 1.2) * 34) > 0.8 ? 0.1 : 0;
      return scale(
        colour,
        1 + rib + vein + (v > 0 ? -0.16 : 0.1) + 0.4 * (noise(px * 50, py * 50, seed) - 0.5),
      );
    },
  });
}

/** A round blossom: petals around a darker, grainy centre. */
export function drawBlossom(raster: Raster, { random, x, y, size, colour }: Growth): void {
  const petals = 5 + random.int(9);
  const turn = random.range(0, 6);
  const squash = random.range(0.6, 1);
  const seed = random.seed();
  drawShape(raster, {
    x,
    y,
    rx: size,
    ry: size,
    distance: (px, py) => {
      const dy = (py - y) / squash;
      const a = Math.atan2(dy, px - x);
      return Math.hypot(px - x, dy) - size * (0.62 + 0.36 * Math.abs(Math.cos((a * petals) / 2 + turn)));
    },
    colour: (px, py) => {
      const a = Math.atan2((py - y) / squash, px - x);
      const r = Math.hypot(px - x, (py - y) / squash) / size;
      const core = r < 0.28 + 0.04 * noise(px * 200, py * 200, seed);
      if (core) return scale([0.42, 0.28, 0.12], 0.6 + 0.9 * noise(px * 140, py * 140, seed));
      return scale(
        colour,
        0.55 + 0.5 * r + 0.3 * Math.abs(Math.cos((a * petals) / 2 + turn)) - 0.15 * Math.sin(a + 1),
      );
    },
  });
}
