import { type Colour, hex, mix, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { Random } from '../random.ts';
import { type Raster, createRaster, drawShape, paint } from '../raster.ts';
import { type Brush, brushLayer, createCanvas, lightRelief } from '../styles/strokes.ts';

/** Stars and whirls: centre, reach and sense of rotation. */
const whirls = [
  { x: 0.42, y: 0.3, r: 0.16, turn: 1, star: 0.35 },
  { x: 0.63, y: 0.4, r: 0.1, turn: -1, star: 0.3 },
  { x: 0.85, y: 0.14, r: 0.12, turn: 1, star: 1.6 },
  { x: 0.1, y: 0.12, r: 0.06, turn: 1, star: 1 },
  { x: 0.27, y: 0.09, r: 0.05, turn: -1, star: 0.9 },
  { x: 0.55, y: 0.1, r: 0.055, turn: 1, star: 1 },
  { x: 0.7, y: 0.24, r: 0.05, turn: -1, star: 0.9 },
  { x: 0.9, y: 0.42, r: 0.055, turn: 1, star: 1 },
  { x: 0.2, y: 0.45, r: 0.06, turn: -1, star: 1 },
];
const hillAt = (x: number): number => 0.66 - 0.1 * Math.sin(x * 3.1 + 0.4) + 0.04 * Math.sin(x * 9);

/** A night sky of whirling strokes over a village. */
export function night(raster: Raster): void {
  const scene = createRaster(raster.size);
  paint(scene, colourAt);
  village(scene);
  cypress(scene);
  const flow = new Float32Array(raster.size * raster.size);
  for (let p = 0; p < flow.length; p++)
    flow[p] = directionAt((p % raster.size) / raster.size, Math.floor(p / raster.size) / raster.size);
  const random = new Random(12);
  const canvas = createCanvas(scene);
  const brush: Brush = { width: 0.017, length: 0.085, cover: 3, opacity: 1, stray: 0.16, bristle: 0.9 };
  brushLayer(canvas, scene, { brush: { ...brush, width: 0.026, length: 0.11 }, flow, random });
  brushLayer(canvas, scene, { brush, flow, random });
  brushLayer(canvas, scene, {
    brush: { ...brush, width: 0.009, length: 0.045, cover: 1.4, stray: 0.24 },
    flow,
    random,
  });
  raster.data.set(lightRelief(canvas, 0.7).data);
}

function colourAt(x: number, y: number): Colour {
  const hill = hillAt(x);
  if (y > hill) {
    const fold = Math.sin((y - hill) * 70 + 5 * Math.sin(x * 6)) * 0.5 + 0.5;
    return mix(mix(hex('#14304f'), hex('#2f6a6a'), fold), hex('#0d1b33'), smoothstep(hill, 1, y));
  }
  let colour = mix(
    hex('#0f2a78'),
    hex('#3f7fc0'),
    smoothstep(0.1, 0.65, y) * 0.8 + 0.2 * Math.sin(y * 40 + 6 * fractal(x * 3, y * 3, { seed: 4 })),
  );
  for (const { x: cx, y: cy, r, star } of whirls) {
    const d = Math.hypot(x - cx, y - cy) / r;
    const ring = 0.5 + 0.5 * Math.cos(d * 13);
    colour = mix(colour, mix(hex('#6fb0d8'), hex('#e8eec0'), ring), 0.75 * Math.exp(-d * d * 1.4));
    if (star > 0.5) colour = mix(colour, hex('#ffe27a'), smoothstep(0.55, 0.3, d));
  }
  const moon = Math.hypot(x - 0.85, y - 0.14);
  const bite = Math.hypot(x - 0.88, y - 0.13);
  if (moon < 0.055 && bite > 0.045) colour = hex('#ffb52e');
  return mix(colour, hex('#d6e6d0'), 0.5 * smoothstep(0.07, 0, hill - y));
}

function directionAt(x: number, y: number): number {
  const hill = hillAt(x);
  if (Math.abs(x - 0.14) < 0.075 && y > 0.33) return Math.PI / 2 + 0.5 * Math.sin(y * 22 + x * 40);
  if (y > hill) return Math.atan2(hillAt(x + 0.02) - hill, 0.02) + 0.4 * Math.sin(x * 20);
  let dx = 1;
  let dy = 0.5 * Math.sin(x * 7 + 1) + 0.6 * (noise(x * 5, y * 5, 3) - 0.5);
  for (const { x: cx, y: cy, r, turn } of whirls) {
    const d = Math.hypot(x - cx, y - cy) + 1e-4;
    const pull = 7 * Math.exp(-((d / r) ** 2) * 0.9);
    dx += (-(y - cy) / d) * turn * pull;
    dy += ((x - cx) / d) * turn * pull;
  }
  return Math.atan2(dy, dx);
}

function village(scene: Raster): void {
  const random = new Random(31);
  for (let k = 0; k < 15; k++) {
    const x = 0.3 + 0.045 * k + random.range(-0.01, 0.01);
    const y = 0.84 + random.range(-0.05, 0.06);
    const w = random.range(0.018, 0.03);
    const h = random.range(0.02, 0.035);
    const wall = mix(hex('#2d4a6a'), hex('#7a8f9a'), random.next());
    const roof = random.pick(['#7a3a2c', '#26425f', '#4a3552']);
    drawShape(scene, {
      x,
      y,
      rx: w,
      ry: h,
      distance: (px, py) => Math.max(Math.abs(px - x) - w, Math.abs(py - y) - h),
      colour: () => wall,
    });
    drawShape(scene, {
      x,
      y: y - h * 1.5,
      rx: w * 1.3,
      ry: h,
      distance: (px, py) =>
        Math.max(Math.abs(px - x) - w * 1.3 * (1 - (y - h * 0.8 - py) / (h * 1.5)), py - y + h * 0.8),
      colour: () => hex(roof),
    });
    drawShape(scene, {
      x,
      y,
      rx: 0.008,
      ry: 0.009,
      distance: (px, py) => Math.max(Math.abs(px - x) - 0.007, Math.abs(py - y) - 0.008),
      colour: () => hex('#ffd75a'),
    });
  }
  const spire = (px: number, py: number): number =>
    Math.max(Math.abs(px - 0.62) - 0.012 * ((py - 0.6) / 0.2), py - 0.82, 0.6 - py);
  drawShape(scene, { x: 0.62, y: 0.72, rx: 0.03, ry: 0.14, distance: spire, colour: () => hex('#31475f') });
}

function cypress(scene: Raster): void {
  drawShape(scene, {
    x: 0.14,
    y: 0.66,
    rx: 0.1,
    ry: 0.36,
    distance: (x, y) => {
      const t = (y - 0.32) / 0.7;
      return t < 0
        ? 1
        : Math.abs(x - 0.14 - 0.014 * Math.sin(y * 24)) -
            0.075 * Math.sqrt(t) * (0.8 + 0.35 * Math.sin(y * 37));
    },
    colour: (x, y) => scale(mix(hex('#16301f'), hex('#4a5a26'), noise(x * 60, y * 12, 8)), 0.9),
  });
}
