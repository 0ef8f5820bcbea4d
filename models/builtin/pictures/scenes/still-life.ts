import { type Colour, clamp, mix, scale } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, paint } from '../raster.ts';
import { naturalColour } from './scene.ts';
import { type Solid, hitSolids, occlusion, shadow } from './solids.ts';

/** Everything on, under and behind a table, and the light on it. */
export interface Table {
  readonly seed: number;
  readonly solids: readonly Solid[];
  readonly wall: Colour;
  readonly table: Colour;
  readonly cloth: Colour;
  /** Stripes of the cloth per unit; 0 for a bare table. */
  readonly stripes: number;
  readonly turn: number;
  /** Sideways position of the light, -1..1. */
  readonly lightX: number;
  readonly ambient: number;
  /** Height of the eye above the table. */
  readonly eye: number;
}

/** Shaded and shadowed fruit, bottles and boxes on a table before a wall. */
export function stillLife(raster: Raster, random: Random): void {
  const solids: Solid[] = Array.from({ length: 3 + random.int(4) }, () => ({
    kind: random.pick(['ball', 'ball', 'bottle', 'box', 'pear'] as const),
    radius: random.range(0.16, 0.42),
    x: random.range(-1.05, 1.05),
    z: random.range(-0.7, 0.9),
    turn: random.range(0, 3),
    colour: naturalColour(random),
    gloss: random.range(0, 0.7),
    grain: random.range(0, 0.35),
  }));
  drawTable(raster, {
    solids,
    seed: random.seed(),
    wall: naturalColour(random),
    table: naturalColour(random),
    cloth: naturalColour(random),
    stripes: random.chance(0.3) ? random.range(2, 9) : 0,
    turn: random.range(0, 3),
    lightX: random.range(-1, 1),
    ambient: random.range(0.25, 0.5),
    eye: random.range(0.6, 1.3),
  });
}

/** Ray-traces a table. */
export function drawTable(raster: Raster, scene: Table): void {
  const { seed, solids, wall, table, cloth, stripes, turn, lightX, ambient, eye } = scene;
  const norm = Math.hypot(lightX, 1.1, -0.7);
  const light: Colour = [lightX / norm, 1.1 / norm, -0.7 / norm];
  const wallZ = 1.7;
  paint(raster, (u, v) => {
    const direction = normal([(u - 0.5) * 1.15, 0.42 - v * 1.15 - (eye - 0.6) * 0.33, 1]);
    const origin: Colour = [0, eye, -2.3];
    const hit = hitSolids(solids, origin, direction);
    if (hit) {
      const { solid, point, normal: n } = hit;
      const lit = clamp(n[0] * light[0] + n[1] * light[1] + n[2] * light[2]) * shadow(solids, point, light);
      const half = normal([light[0] - direction[0], light[1] - direction[1], light[2] - direction[2]]);
      const shine =
        clamp(n[0] * half[0] + n[1] * half[1] + n[2] * half[2]) ** 40 * solid.gloss * (lit > 0 ? 1 : 0);
      const skin =
        1 +
        solid.grain * (fractal(point[0] * 6, point[1] * 6 + point[2] * 5, { seed, octaves: 3 }) - 0.5) * 2;
      const bounce = scale(table, 0.15 * clamp(0.6 - n[1]));
      const base = scale(solid.colour, (ambient * (0.65 + 0.35 * n[1]) + 0.95 * lit) * skin);
      return [base[0] + bounce[0] + shine, base[1] + bounce[1] + shine, base[2] + bounce[2] + shine];
    }
    const floor = direction[1] < 0 ? -eye / direction[1] : Infinity;
    const z = -2.3 + floor * direction[2];
    if (z < wallZ) {
      const point: Colour = [direction[0] * floor, 0.001, z];
      const grain = fractal(point[0] * 1.5 + turn, z * 12, { seed: seed + 1, octaves: 3 });
      const stripe =
        stripes && Math.sin((point[0] * Math.cos(turn) + z * Math.sin(turn)) * stripes * 3) > 0.3 ? 1 : 0;
      const lit = ambient + 0.8 * light[1] * shadow(solids, point, light);
      return scale(mix(table, cloth, stripe), lit * (0.8 + 0.4 * grain) * occlusion(solids, point));
    }
    const fade = 0.7 + 0.45 * noise(u * 1.6, v * 1.6, seed + 2) - 0.3 * Math.abs(u - 0.5 - lightX * 0.3);
    return scale(wall, fade + 0.12 * (fractal(u * 8, v * 8, { seed: seed + 3 }) - 0.5));
  });
}

function normal(v: Colour): Colour {
  const n = 1 / Math.hypot(v[0], v[1], v[2]);
  return [v[0] * n, v[1] * n, v[2] * n];
}
