import { type Colour, clamp, mix, scale } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape, paint } from '../raster.ts';
import { backdrop, naturalColour } from './scene.ts';

const skins: readonly Colour[] = [
  [0.88, 0.7, 0.58],
  [0.78, 0.56, 0.42],
  [0.58, 0.38, 0.27],
  [0.4, 0.26, 0.19],
  [0.93, 0.79, 0.69],
];
const hairs: readonly Colour[] = [
  [0.12, 0.09, 0.08],
  [0.32, 0.2, 0.12],
  [0.66, 0.48, 0.26],
  [0.5, 0.22, 0.12],
  [0.7, 0.68, 0.66],
];

/** A head and shoulders in soft light. */
export function figure(raster: Raster, random: Random): void {
  const seed = random.seed();
  const back = naturalColour(random);
  const skin = random.pick(skins);
  const hair = random.pick(hairs);
  const coat = naturalColour(random);
  const collar = naturalColour(random);
  const cx = random.range(0.38, 0.62);
  const cy = random.range(0.34, 0.46);
  const r = random.range(0.13, 0.2);
  const side = random.range(-0.5, 0.5);
  const light = random.chance(0.5) ? -1 : 1;
  const long = random.range(1, 2.2);
  paint(raster, (x, y) => backdrop(back, { x, y, seed }));
  const lit = (nx: number, ny: number): number =>
    clamp(0.62 + 0.38 * (nx * light * 0.8 - ny * 0.6), 0.2, 1.1);
  const head = (x: number, y: number): number =>
    Math.hypot((x - cx) / (0.78 - 0.12 * clamp((y - cy) / r)), y - cy) - r;
  // Hair behind, shoulders, neck, face, hair in front: back to front.
  drawShape(raster, {
    x: cx,
    y: cy,
    rx: r * 1.5,
    ry: r * (long + 0.6),
    distance: (x, y) =>
      Math.hypot((x - cx) / 1.02, (y - cy + r * 0.15) / (y > cy ? long : 1)) -
      r * (1.1 + 0.08 * noise(x * 25, y * 10, seed + 1)),
    colour: (x, y) => scale(hair, 0.6 + 0.7 * noise((x - cx) * 60 + Math.sin(y * 20), y * 6, seed + 2)),
  });
  const shoulder = cy + r * 1.45;
  drawShape(raster, {
    x: cx,
    y: (shoulder + 1.1) / 2,
    rx: 0.5,
    ry: (1.1 - shoulder) / 2 + r * 0.3,
    distance: (x, y) =>
      shoulder +
      0.5 * r * clamp(Math.abs(x - cx) / (2 * r)) +
      60 * Math.max(0, Math.abs(x - cx) - 1.7 * r) ** 2 -
      y,
    colour: (x, y) => {
      const fold = fractal((x - cx) * 7 + y * 3, y * 2.5, { seed: seed + 3 });
      return scale(
        Math.abs(x - cx) < (y - shoulder) * 0.22 ? collar : coat,
        lit((x - cx) * 2.6, -0.2) * (0.6 + 0.8 * fold),
      );
    },
  });
  drawShape(raster, {
    x: cx,
    y: cy + r * 1.2,
    rx: r * 0.45,
    ry: r * 0.5,
    distance: (x, y) =>
      Math.max(
        Math.abs(x - cx) - r * (0.36 + 0.5 * clamp((y - cy - r * 1.35) / r)),
        Math.abs(y - cy - r * 1.2) - r * 0.5,
      ),
    colour: (x) => scale(skin, 0.75 * lit((x - cx) / (r * 0.5), 0.4)),
  });
  drawShape(raster, {
    x: cx,
    y: cy,
    rx: r,
    ry: r * 1.05,
    distance: head,
    colour: (x, y) =>
      face(
        { u: (x - cx) / r - side * 0.3, v: (y - cy) / r },
        { skin, hair, lit: lit((x - cx) / r, (y - cy) / r) },
      ),
  });
  drawShape(raster, {
    x: cx,
    y: cy - r * 0.5,
    rx: r * 1.1,
    ry: r * 0.8,
    distance: (x, y) =>
      Math.max(
        Math.hypot((x - cx) / 0.88, y - cy) - r * 1.1,
        y - cy + r * (0.55 - side * ((x - cx) / r) * 0.6) - r * 0.35 * Math.abs((x - cx) / r),
      ),
    colour: (x, y) => scale(hair, 0.7 + 0.7 * noise((x - cx) * 70, (y - cy) * 14, seed + 4)),
  });
}

function face(
  { u, v }: { u: number; v: number },
  { skin, hair, lit }: { skin: Colour; hair: Colour; lit: number },
): Colour {
  let colour = scale(
    mix(skin, [0.8, 0.35, 0.3], 0.25 * Math.exp(-9 * ((Math.abs(u) - 0.42) ** 2 + (v - 0.28) ** 2))),
    lit,
  );
  const eye = ((Math.abs(u) - 0.33) / 0.17) ** 2 + ((v - 0.02) / 0.075) ** 2;
  colour = scale(colour, 1 - 0.3 * Math.exp(-5 * ((Math.abs(u) - 0.33) ** 2 * 9 + (v - 0.02) ** 2 * 20)));
  if (eye < 1)
    colour =
      ((Math.abs(u) - 0.33) / 0.08) ** 2 + ((v - 0.02) / 0.08) ** 2 < 1
        ? [0.12, 0.1, 0.1]
        : scale([0.95, 0.93, 0.9], lit);
  if (((Math.abs(u) - 0.33) / 0.22) ** 2 + ((v + 0.17 - 0.3 * (Math.abs(u) - 0.33) ** 2) / 0.035) ** 2 < 1)
    colour = scale(hair, 0.9);
  const nose = Math.exp(-((u - 0.06) ** 2 * 160)) * clamp((v + 0.05) * 3) * clamp((0.38 - v) * 8);
  colour = scale(colour, 1 - 0.22 * nose);
  if ((u / 0.26) ** 2 + ((v - 0.58 - 0.15 * u * u) / 0.065) ** 2 < 1)
    colour = scale(mix(skin, [0.65, 0.2, 0.2], 0.6), lit * (v < 0.57 ? 0.8 : 1));
  return colour;
}
