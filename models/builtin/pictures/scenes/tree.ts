import { type Colour, scale } from '../colour.ts';
import { noise } from '../noise.ts';
import type { Random } from '../random.ts';
import { type Raster, drawShape } from '../raster.ts';

export interface Tree {
  readonly random: Random;
  /** Foot of the trunk and height, in unit coordinates. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly leaf: Colour;
}

/** A tree lit from the upper left: a conifer or a crown of leaf clusters. */
export function drawTree(raster: Raster, tree: Tree): void {
  const { random, x, y, height } = tree;
  const trunk: Colour = scale([0.3, 0.22, 0.16], random.range(0.6, 1.3));
  const w = height * random.range(0.02, 0.04);
  drawShape(raster, {
    x,
    y: y - height / 2,
    rx: w,
    ry: height / 2,
    distance: (px, py) =>
      Math.max(
        Math.abs(px - x) - w * (0.4 + (0.6 * (py - y + height)) / height),
        Math.abs(py - y + height / 2) - height / 2,
      ),
    colour: (px) => scale(trunk, px < x ? 1.2 : 0.75),
  });
  if (random.chance(0.35)) conifer(raster, tree);
  else crown(raster, tree);
}

function conifer(raster: Raster, { random, x, y, height, leaf }: Tree): void {
  const seed = random.seed();
  const wide = height * random.range(0.14, 0.24);
  drawShape(raster, {
    x,
    y: y - height * 0.52,
    rx: wide * 1.2,
    ry: height * 0.48,
    distance: (px, py) => {
      const t = (py - (y - height)) / (height * 0.92);
      const jag = 0.7 + 0.5 * noise(t * 22, px > x ? 3 : 7, seed);
      return t < 0 || t > 1 ? 1 : Math.abs(px - x) - wide * t * jag;
    },
    colour: (px, py) => scale(leaf, (px < x ? 0.85 : 0.55) + 0.5 * (noise(px * 90, py * 90, seed) - 0.5)),
  });
}

function crown(raster: Raster, { random, x, y, height, leaf }: Tree): void {
  const seed = random.seed();
  const clusters = 14 + random.int(20);
  for (let k = 0; k < clusters; k++) {
    const a = random.range(0, 2 * Math.PI);
    const reach = Math.sqrt(random.next()) * height * 0.28;
    const cx = x + Math.cos(a) * reach;
    const cy = y - height * 0.7 + Math.sin(a) * reach * 0.9;
    const r = height * random.range(0.05, 0.12);
    const shade =
      0.75 - (0.9 * (Math.cos(a) * 0.5 + Math.sin(a)) * reach) / height + random.range(-0.12, 0.12);
    drawShape(raster, {
      x: cx,
      y: cy,
      rx: r * 1.4,
      ry: r * 1.4,
      distance: (px, py) =>
        Math.hypot(px - cx, py - cy) - r * (0.7 + 0.6 * noise(px * 130, py * 130, seed + k)),
      colour: (px, py) =>
        scale(leaf, shade + (0.25 * (cx - px + cy - py)) / r + 0.4 * (noise(px * 160, py * 160, seed) - 0.5)),
    });
  }
}
