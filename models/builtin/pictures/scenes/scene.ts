import { type Colour, clamp, luminance } from '../colour.ts';
import { noise } from '../noise.ts';
import type { Random } from '../random.ts';
import type { Raster } from '../raster.ts';

/** Draws one scene that fills the raster. */
export type SceneFamily = (raster: Raster, random: Random) => void;

/** Natural colours: wood, cloth, fruit, walls, skin; few of them pure. */
const naturals: readonly Colour[] = [
  [0.55, 0.4, 0.26],
  [0.36, 0.25, 0.17],
  [0.78, 0.68, 0.52],
  [0.62, 0.2, 0.14],
  [0.75, 0.42, 0.16],
  [0.83, 0.66, 0.24],
  [0.35, 0.45, 0.2],
  [0.22, 0.33, 0.2],
  [0.28, 0.38, 0.5],
  [0.5, 0.62, 0.72],
  [0.85, 0.84, 0.8],
  [0.5, 0.49, 0.47],
  [0.18, 0.18, 0.2],
  [0.72, 0.55, 0.46],
  [0.45, 0.3, 0.38],
  [0.2, 0.3, 0.45],
  [0.66, 0.72, 0.6],
  [0.9, 0.8, 0.7],
  [0.8, 0.25, 0.2],
  [0.2, 0.42, 0.6],
];

/** A natural colour with a little individuality. */
export function naturalColour(random: Random): Colour {
  const base = random.pick(naturals);
  const gain = random.range(0.75, 1.2);
  const wobble = (): number => random.range(-0.05, 0.05);
  return [
    clamp(base[0] * gain + wobble()),
    clamp(base[1] * gain + wobble()),
    clamp(base[2] * gain + wobble()),
  ];
}

/** Camera finish: exposure, contrast, a slight cast, vignette and grain. */
export function finishPhoto(raster: Raster, random: Random): void {
  const { size, data } = raster;
  const gamma = Math.exp(random.range(-0.3, 0.3));
  const saturation = random.range(0.7, 1.25);
  const grain = random.chance(0.5) ? random.range(0, 0.03) : 0;
  const vignette = random.range(0, 0.3);
  const cast = [random.range(0.93, 1.07), random.range(0.97, 1.03), random.range(0.93, 1.07)];
  for (let p = 0; p < size * size; p++) {
    const q = p * 3;
    const u = (p % size) / size - 0.5;
    const v = Math.floor(p / size) / size - 0.5;
    const light = luminance(data[q]!, data[q + 1]!, data[q + 2]!);
    const noisy = grain * (random.next() + random.next() - 1);
    for (let c = 0; c < 3; c++) {
      const value = light + (data[q + c]! - light) * saturation;
      const shaded = clamp(value) ** gamma * cast[c]! * (1 - vignette * 2 * (u * u + v * v));
      data[q + c] = clamp(shaded + noisy);
    }
  }
}

/** A soft blotchy backdrop colour at a point. */
export function backdrop(colour: Colour, { x, y, seed }: { x: number; y: number; seed: number }): Colour {
  const light = 0.75 + 0.5 * noise(x * 2.2, y * 2.2, seed) + 0.08 * noise(x * 40, y * 40, seed + 1);
  return [colour[0] * light, colour[1] * light, colour[2] * light];
}
