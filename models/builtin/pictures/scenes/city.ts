import { type Colour, mix, ramp, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { naturalColour } from './scene.ts';
import { drawTree } from './tree.ts';

const skies: readonly (readonly Colour[])[] = [
  [
    [0.35, 0.55, 0.82],
    [0.78, 0.86, 0.92],
  ],
  [
    [0.45, 0.42, 0.55],
    [0.95, 0.72, 0.5],
  ],
  [
    [0.62, 0.66, 0.7],
    [0.86, 0.87, 0.86],
  ],
  [
    [0.08, 0.1, 0.2],
    [0.3, 0.28, 0.4],
  ],
];

/** Rows of houses before a sky, with windows, a street and a few trees. */
export function city(raster: Raster, random: Random): void {
  const seed = random.seed();
  const sky = random.pick(skies);
  const street = random.range(0.72, 0.92);
  const paving = scale([0.5, 0.47, 0.44], random.range(0.5, 1.2));
  paint(raster, (x, y) => {
    if (y > street) return scale(paving, 0.8 + 0.4 * fractal(x * 20, (y - street) * 90, { seed }));
    const cloud = smoothstep(0.5, 0.75, fractal(x * 3, y * 5, { seed: seed + 1, octaves: 5 }));
    return mix(ramp(sky, y / street), [0.95, 0.94, 0.92], cloud * 0.5);
  });
  const rows = 2 + random.int(2);
  for (let row = 0; row < rows; row++) {
    const haze = (0.55 * (rows - 1 - row)) / rows;
    let x = random.range(-0.15, 0);
    while (x < 1) {
      const width = random.range(0.09, 0.26);
      const top = street - random.range(0.18, 0.6) * (1.15 - row * 0.2);
      if (random.chance(0.85))
        building(raster, {
          random,
          left: x,
          right: x + width,
          top,
          bottom: street + row * 0.03,
          haze: mix(sky[1]!, naturalColour(random), 1 - haze),
          dark: sky[0]![2] < 0.3,
        });
      x += width + random.range(0, 0.04);
    }
  }
  for (let k = random.int(4); k > 0; k--) {
    drawTree(raster, {
      random,
      x: random.next(),
      y: street + random.range(0.02, 0.12),
      height: random.range(0.15, 0.4),
      leaf: [0.3, 0.4, 0.2],
    });
  }
}

interface Building {
  readonly random: Random;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly haze: Colour;
  readonly dark: boolean;
}

function building(raster: Raster, { random, left, right, top, bottom, haze, dark }: Building): void {
  const seed = random.seed();
  const side = left + (right - left) * random.range(0.65, 1);
  const wall = haze;
  const glass: Colour = dark ? [0.95, 0.8, 0.45] : scale([0.3, 0.36, 0.42], random.range(0.5, 1.4));
  const columns = 2 + random.int(5);
  const pitch = (right - left) / columns;
  const storey = pitch * random.range(0.9, 1.7);
  const roof = random.chance(0.5) ? random.range(0.03, 0.1) : 0;
  const tile = scale(mix([0.5, 0.26, 0.18], naturalColour(random), 0.3), random.range(0.6, 1.1));
  drawShape(raster, {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    rx: (right - left) / 2,
    ry: (bottom - top) / 2,
    distance: (x, y) => Math.max(left - x, x - right, top - y, y - bottom),
    colour: (x, y) => {
      const column = (x - left) / pitch;
      const floor = (y - top) / storey;
      const u = column - Math.floor(column);
      const v = floor - Math.floor(floor);
      const shade =
        (x > side ? 0.62 : 1) *
        (0.9 + 0.2 * fractal(x * 30, y * 30, { seed, octaves: 2 })) *
        (1.08 - (0.3 * (y - top)) / (bottom - top));
      const window = u > 0.25 && u < 0.72 && v > 0.3 && v < 0.78 && y < bottom - storey * 0.6;
      if (!window) return scale(wall, u > 0.2 && u < 0.77 && v > 0.25 && v < 0.83 ? shade * 1.12 : shade);
      const on = noise(Math.floor(column) * 3.7, Math.floor(floor) * 5.3, seed);
      return scale(glass, dark ? (on > 0.5 ? 1 : 0.2) : shade * (0.6 + 0.8 * on) * (v < 0.36 ? 0.6 : 1));
    },
  });
  if (roof === 0) return;
  drawShape(raster, {
    x: (left + right) / 2,
    y: top - roof / 2,
    rx: (right - left) / 2 + 0.01,
    ry: roof / 2,
    distance: (x, y) =>
      Math.max(
        y - top,
        top - roof - y,
        Math.abs(x - (left + right) / 2) -
          ((right - left) / 2 + 0.01) * (0.25 + (0.75 * (y - top + roof)) / roof),
      ),
    colour: (x, y) => scale(tile, (x > side ? 0.7 : 1) * (0.85 + 0.3 * noise(x * 120, y * 120, seed))),
  });
}
