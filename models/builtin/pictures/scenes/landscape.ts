import { type Colour, clamp, hex, mix, ramp, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { drawTree } from './tree.ts';

interface Light {
  readonly sky: readonly Colour[];
  readonly cloud: Colour;
  readonly land: readonly Colour[];
}

const lights: readonly Light[] = [
  {
    sky: ['#3f6fae', '#7ea6d0', '#c9dcea'].map(hex),
    cloud: hex('#f4f4f2'),
    land: ['#8fa7b8', '#5f7c5c', '#4a6a35', '#5d6b2c'].map(hex),
  },
  {
    sky: ['#5a6f9a', '#d9a878', '#f3d9a0'].map(hex),
    cloud: hex('#f6c79a'),
    land: ['#a18c93', '#6c6a5a', '#4b4a35', '#33331f'].map(hex),
  },
  {
    sky: ['#8d9aa6', '#b4bdc2', '#d8dcdb'].map(hex),
    cloud: hex('#e9ebea'),
    land: ['#a5aeb1', '#7d8a80', '#5f6b52', '#4c5236'].map(hex),
  },
  {
    sky: ['#22335c', '#5b6390', '#c58f86'].map(hex),
    cloud: hex('#9a7f92'),
    land: ['#5b6080', '#3c4660', '#28333f', '#1a2226'].map(hex),
  },
  {
    sky: ['#4f8fc9', '#9cc7e3', '#e2eef2'].map(hex),
    cloud: hex('#ffffff'),
    land: ['#b3b08f', '#b99a58', '#c4a35a', '#8a6f35'].map(hex),
  },
  {
    sky: ['#6d93b8', '#a9c0cf', '#e6e2d3'].map(hex),
    cloud: hex('#f2eee4'),
    land: ['#9fb0bd', '#c9d2d6', '#e3e6e6', '#8f9ba0'].map(hex),
  },
];

/** Sky with clouds, ridges in haze, water with reflections or a field, trees. */
export function landscape(raster: Raster, random: Random): void {
  const light = random.pick(lights);
  const seed = random.seed();
  const horizon = random.range(0.35, 0.7);
  const cover = random.range(0.35, 0.75);
  const sunX = random.range(0, 1);
  const sunY = horizon * random.range(0.1, 1);
  const glow = random.range(0.1, 0.7);
  const ridges = 2 + random.int(4);
  const rough = random.range(0.3, 1);
  const heights = Array.from({ length: ridges }, () => random.range(0.02, 0.22));
  const water = random.chance(0.5) ? Math.min(0.92, horizon + random.range(0.08, 0.3)) : 2;
  const skyAt = (x: number, y: number): Colour => {
    const clear = ramp(light.sky, y / horizon);
    const cloud = smoothstep(
      1 - cover,
      1.25 - cover,
      fractal(x * 3, (y * 7) / (0.4 + y), { seed, octaves: 5 }),
    );
    const sun = Math.exp(-14 * ((x - sunX) ** 2 + (y - sunY) ** 2)) * glow;
    return mix(mix(clear, light.cloud, cloud * 0.85), [1, 0.95, 0.8], sun);
  };
  const viewAt = (x: number, y: number): Colour => {
    for (let k = ridges - 1; k >= 0; k--) {
      const depth = ridges === 1 ? 1 : k / (ridges - 1);
      const base = horizon + (0.28 * k) / ridges;
      const shape = fractal(x * (2 + 2 * k) + k * 7, k, { seed: seed + k, octaves: 6 });
      const top = base - heights[k]! * (rough * (shape - 0.5) * 3 + 0.4);
      if (y < top) continue;
      const relief =
        fractal(x * 9 + k, y * 14, { seed: seed + 50 + k }) -
        fractal(x * 9 + k + 0.2, y * 14 + 0.2, { seed: seed + 50 + k });
      const grass = noise(x * 110, y * 60, seed + 9) - 0.5;
      const lit =
        1 + (2.4 * relief + 0.25 * grass) * (0.35 + 0.65 * depth) - 0.25 * smoothstep(0, 0.3, y - top);
      return scale(mix(ramp(light.land, depth), light.sky[2]!, 0.15 * (1 - depth)), lit);
    }
    return skyAt(x, y);
  };
  paint(raster, (x, y) => {
    if (y < water) return viewAt(x, y);
    const ripple = (noise(x * 6, (y - water) * 130, seed + 3) - 0.5) * (0.01 + 0.12 * (y - water));
    const below = viewAt(clamp(x + ripple), Math.max(0.01, water - (y - water) * 1.1 + ripple));
    return scale(
      mix(below, light.sky[1]!, 0.15 + 0.3 * (y - water)),
      0.85 + 0.15 * noise(x * 9, y * 120, seed + 4),
    );
  });
  if (random.chance(0.4)) house(raster, { random, y: Math.min(water, 0.95) - random.range(0.02, 0.1) });
  const trees = random.int(5);
  for (let k = 0; k < trees; k++) {
    const height = random.range(0.12, 0.5);
    const y = Math.min(water - 0.01, random.range(horizon + 0.05, 1.05));
    drawTree(raster, {
      random,
      x: random.next(),
      y,
      height,
      leaf: mix(light.land[2]!, hex('#55702f'), random.next()),
    });
  }
}

function house(raster: Raster, { random, y }: { random: Random; y: number }): void {
  const x = random.range(0.15, 0.85);
  const w = random.range(0.04, 0.11);
  const h = w * random.range(0.6, 1.1);
  const wall: Colour = scale([0.9, 0.84, 0.74], random.range(0.6, 1));
  const roof = scale(hex('#7d3f30'), random.range(0.6, 1.3));
  drawShape(raster, {
    x,
    y: y - h / 2,
    rx: w,
    ry: h / 2,
    distance: (px, py) => Math.max(Math.abs(px - x) - w, Math.abs(py - y + h / 2) - h / 2),
    colour: (px) => (px < x + w * 0.2 ? wall : scale(wall, 0.7)),
  });
  drawShape(raster, {
    x,
    y: y - h * 1.3,
    rx: w * 1.2,
    ry: h * 0.4,
    distance: (px, py) =>
      Math.max(
        Math.abs(px - x) - w * 1.2 * clamp((py - y + h * 1.7) / (h * 0.7)),
        py - y + h * 0.95,
        y - h * 1.7 - py,
      ),
    colour: (px) => (px < x + w * 0.2 ? roof : scale(roof, 0.7)),
  });
}
