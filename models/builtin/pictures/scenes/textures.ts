import { mix, scale } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { naturalColour } from './scene.ts';

/** Overlapping shaded, textured patches (a "dead leaves" picture): the edge statistics of photographs. */
export function textures(raster: Raster, random: Random): void {
  const ground = naturalColour(random);
  const seed = random.seed();
  paint(raster, (x, y) => scale(ground, 0.6 + 0.8 * fractal(x * 3, y * 3, { seed, octaves: 5 })));
  const count = 25 + random.int(60);
  for (let k = 0; k < count; k++) patch(raster, random);
}

function patch(raster: Raster, random: Random): void {
  const seed = random.seed();
  const x = random.next();
  const y = random.next();
  // Sizes fall off like 1/r^2, as in photographs.
  const size = 0.03 / (0.06 + random.next() ** 1.2);
  const a = random.range(0, Math.PI);
  const c = Math.cos(a);
  const s = Math.sin(a);
  const aspect = random.range(0.3, 1);
  const box = random.chance(0.5);
  const colour = naturalColour(random);
  const other = naturalColour(random);
  const grain = random.range(4, 60);
  const weave = random.range(0, 0.5);
  const stripes = random.chance(0.25) ? random.range(20, 120) : 0;
  const shade = random.range(-0.6, 0.6);
  drawShape(raster, {
    x,
    y,
    rx: size * 1.2,
    ry: size * 1.2,
    softness: random.chance(0.2) ? random.range(2, 12) : 1.2,
    distance: (px, py) => {
      const u = Math.abs(c * (px - x) + s * (py - y));
      const v = Math.abs(c * (py - y) - s * (px - x)) / aspect;
      return ((box ? Math.max(u, v) : Math.hypot(u, v)) - size * 0.8) * aspect;
    },
    colour: (px, py) => {
      const u = c * (px - x) + s * (py - y);
      const stripe = stripes > 0 && Math.sin(u * stripes) > 0.2 ? 0.6 : 0;
      const light =
        1 +
        (shade * u) / size +
        weave * (noise(px * grain, py * grain, seed) + noise(px * 150, py * 150, seed) - 1);
      return scale(mix(colour, other, stripe), light);
    },
  });
}
