import { clamp, mix } from '../colour.ts';
import { createRaster } from '../raster.ts';
import type { StyleFamily } from './style.ts';

/** Stained glass or mosaic: Voronoi cells of one colour with joints between them. */
export const mosaic: StyleFamily = (random, inks) => {
  const cells = Math.round(random.range(22, 48));
  const joint = random.range(0.04, 0.14);
  const jointColour = random.chance(0.6) ? inks.dark : inks.paper;
  const stray = random.range(0.05, 0.25);
  const bevel = random.range(0, 0.5);
  return {
    name: 'mosaic',
    paint: (scene, hand) => {
      const { size } = scene;
      const seeds = Array.from({ length: cells * cells }, (_, k) => {
        const x = (k % cells) + hand.range(0.1, 0.9);
        const y = Math.floor(k / cells) + hand.range(0.1, 0.9);
        const q = (Math.floor((y / cells) * size) * size + Math.floor((x / cells) * size)) * 3;
        const tone = hand.range(-stray, stray);
        return {
          x,
          y,
          colour: [0, 1, 2].map((c) => clamp(scene.data[q + c]! + tone + hand.range(-stray, stray) * 0.3)),
        };
      });
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        const x = (((p % size) + 0.5) / size) * cells;
        const y = ((Math.floor(p / size) + 0.5) / size) * cells;
        let first = Infinity;
        let second = Infinity;
        let nearest = seeds[0]!;
        for (let j = Math.max(0, Math.floor(y) - 1); j <= Math.min(cells - 1, Math.floor(y) + 1); j++) {
          for (let i = Math.max(0, Math.floor(x) - 1); i <= Math.min(cells - 1, Math.floor(x) + 1); i++) {
            const seed = seeds[j * cells + i]!;
            const d = Math.hypot(seed.x - x, seed.y - y);
            if (d < first) {
              second = first;
              first = d;
              nearest = seed;
            } else if (d < second) second = d;
          }
        }
        const edge = clamp(((second - first) / joint - 0.6) * 1.5);
        const light = 1 + bevel * (nearest.x - x + nearest.y - y);
        const [r, g, b] = nearest.colour;
        out.data.set(
          mix(jointColour, [clamp(r! * light), clamp(g! * light), clamp(b! * light)], edge),
          p * 3,
        );
      }
      return out;
    },
  };
};
