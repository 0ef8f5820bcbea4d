import { type Colour, clamp, hex, mix, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { Random } from '../random.ts';
import { type Raster, createRaster, drawShape, paint } from '../raster.ts';
import { drawLeaf } from '../scenes/leaves.ts';
import { type Brush, brushLayer, createCanvas, lightRelief } from '../styles/strokes.ts';

const heads = [
  { x: 0.5, y: 0.3, r: 0.14 },
  { x: 0.29, y: 0.26, r: 0.12 },
  { x: 0.7, y: 0.22, r: 0.125 },
  { x: 0.38, y: 0.44, r: 0.11 },
  { x: 0.65, y: 0.44, r: 0.125 },
  { x: 0.16, y: 0.42, r: 0.095 },
  { x: 0.84, y: 0.4, r: 0.1 },
  { x: 0.48, y: 0.12, r: 0.1 },
];
const tableTop = 0.78;

/** Sunflowers in a jug, in paint laid on with a knife. */
export function sunflowers(raster: Raster): void {
  const scene = createRaster(raster.size);
  paint(scene, groundAt);
  const random = new Random(8);
  for (const { x, y, r } of heads) {
    drawShape(scene, {
      x: (x + 0.5) / 2,
      y: (y + 0.66) / 2,
      rx: 0.3,
      ry: 0.3,
      distance: (px, py) =>
        Math.max(Math.abs(px - x - (0.5 - x) * clamp((py - y) / (0.64 - y))) - 0.008, y - py, py - 0.66),
      colour: () => hex('#5a7a2c'),
    });
    drawLeaf(scene, {
      random,
      x: x + (0.5 - x) * 0.35,
      y: y + r * 1.2,
      size: r * 0.85,
      colour: hex('#4f7d35'),
      angle: x < 0.5 ? 2.6 : 0.5,
    });
  }
  jug(scene);
  for (const head of heads) sunflower(scene, head, random);
  const flow = new Float32Array(raster.size * raster.size);
  for (let p = 0; p < flow.length; p++)
    flow[p] = directionAt((p % raster.size) / raster.size, Math.floor(p / raster.size) / raster.size);
  const canvas = createCanvas(scene);
  const brush: Brush = { width: 0.022, length: 0.055, cover: 3, opacity: 1, stray: 0.14, bristle: 1 };
  brushLayer(canvas, scene, { brush: { ...brush, width: 0.032, length: 0.08 }, flow, random });
  brushLayer(canvas, scene, { brush, flow, random });
  brushLayer(canvas, scene, {
    brush: { ...brush, width: 0.014, length: 0.04, cover: 2, stray: 0.18 },
    flow,
    random,
  });
  raster.data.set(lightRelief(canvas, 1.1).data);
}

function groundAt(x: number, y: number): Colour {
  if (y > tableTop + 0.01 * Math.sin(x * 5))
    return scale(
      mix(hex('#c9772e'), hex('#e0a04a'), noise(x * 6, y * 14, 3)),
      1 - 0.35 * smoothstep(0.2, 0, Math.abs(x - 0.62)) * smoothstep(0.99, 0.86, y),
    );
  if (y > tableTop - 0.012) return hex('#27486e');
  return mix(hex('#4fa8a0'), hex('#a6d3b0'), 0.2 + 0.7 * fractal(x * 3, y * 3, { seed: 5 }));
}

function jug(scene: Raster): void {
  const width = (y: number): number => 0.1 + 0.065 * Math.sin(clamp((y - 0.6) / 0.3) * Math.PI * 0.85 + 0.25);
  drawShape(scene, {
    x: 0.5,
    y: 0.75,
    rx: 0.2,
    ry: 0.17,
    distance: (x, y) => Math.max(Math.abs(x - 0.5) - width(y), 0.6 - y, y - 0.91 + 0.5 * (x - 0.5) ** 2),
    colour: (x, y) => {
      const lit = clamp(0.95 - 0.9 * ((x - 0.5) / width(y) + 0.25) ** 2 * Math.sign(x - 0.46 + 1) * 0.8);
      const band = Math.abs(y - 0.74) < 0.006 || Math.abs(y - 0.63) < 0.006;
      return band ? hex('#2c4f86') : scale(y < 0.74 ? hex('#e9c45a') : hex('#efe3c0'), 0.45 + 0.6 * lit);
    },
  });
}

function sunflower(scene: Raster, { x, y, r }: { x: number; y: number; r: number }, random: Random): void {
  const petals = 17 + random.int(6);
  const turn = random.range(0, 6);
  for (let layer = 0; layer < 2; layer++) {
    const size = r * (1 - 0.2 * layer);
    const colour = layer === 0 ? hex('#d98a14') : hex('#f7c52a');
    drawShape(scene, {
      x,
      y,
      rx: size,
      ry: size,
      distance: (px, py) =>
        Math.hypot(px - x, py - y) -
        size *
          (0.6 + 0.4 * Math.abs(Math.cos((Math.atan2(py - y, px - x) * petals) / 2 + turn + layer)) ** 0.7),
      colour: (px, py) =>
        scale(
          colour,
          0.72 +
            0.4 * (Math.hypot(px - x, py - y) / size) -
            0.12 * Math.sin(Math.atan2(py - y, px - x) - 0.6),
        ),
    });
  }
  drawShape(scene, {
    x,
    y,
    rx: r * 0.45,
    ry: r * 0.45,
    distance: (px, py) => Math.hypot(px - x, py - y) - r * 0.42,
    colour: (px, py) =>
      mix(
        hex('#4a2612'),
        hex('#9a5a1c'),
        smoothstep(0.1, 0.4, Math.hypot(px - x, py - y) / r) * 0.8 + 0.3 * noise(px * 90, py * 90, 6),
      ),
  });
}

function directionAt(x: number, y: number): number {
  for (const head of heads) {
    const d = Math.hypot(x - head.x, y - head.y);
    // Seeds are dabbed around the heart, petals drawn outwards.
    if (d < head.r) return Math.atan2(y - head.y, x - head.x) + (d < head.r * 0.42 ? Math.PI / 2 : 0);
  }
  if (y > 0.6 && y < 0.91 && Math.abs(x - 0.5) < 0.16) return Math.PI / 2 + (x - 0.5) * 3;
  if (y > tableTop) return 0.15 * Math.sin(x * 8);
  return (noise(x * 7, y * 7, 14) > 0.5 ? 0.8 : -0.8) + noise(x * 3, y * 3, 15);
}
