import { type Colour, clamp, hex, mix, scale, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { Random } from '../random.ts';
import { type Raster, createRaster, drawShape, paint } from '../raster.ts';
import { type Brush, brushLayer, createCanvas } from '../styles/strokes.ts';

/** A sunlit garden by the water in dots of broken colour. */
export function garden(raster: Raster): void {
  const scene = createRaster(raster.size);
  paint(scene, colourAt);
  flowerBeds(scene);
  for (const [x, y, h, wide] of [
    [0.14, 0.52, 0.5, 1.05],
    [0.9, 0.49, 0.42, 0.9],
    [0.72, 0.4, 0.2, 0.8],
    [0.36, 0.395, 0.15, 1],
  ] as const)
    tree(scene, { x, y, h, wide });
  parasol(scene, { x: 0.56, y: 0.73, h: 0.24, dress: '#b23a58', cover: '#f2ead2' });
  parasol(scene, { x: 0.68, y: 0.66, h: 0.17, dress: '#34508c', cover: '#e58a3a' });
  const ground = createRaster(raster.size);
  paint(ground, () => hex('#e9dcb8'));
  const canvas = createCanvas(ground);
  const random = new Random(3);
  const flow = new Float32Array(raster.size * raster.size);
  const dot: Brush = {
    width: 0.016,
    length: 0.0165,
    cover: 4,
    opacity: 1,
    stray: 0.16,
    bristle: 0.05,
    round: true,
  };
  brushLayer(canvas, scene, { brush: { ...dot, width: 0.026, length: 0.027 }, flow, random });
  brushLayer(canvas, scene, { brush: dot, flow, random });
  brushLayer(canvas, scene, { brush: { ...dot, cover: 1, stray: 0.45 }, flow, random });
  brushLayer(canvas, scene, {
    brush: { ...dot, width: 0.011, length: 0.0115, cover: 0.8, stray: 0.25 },
    flow,
    random,
  });
  raster.data.set(canvas.raster.data);
}

function colourAt(x: number, y: number): Colour {
  const bank = 0.47 + 0.03 * Math.sin(x * 4 + 1);
  if (y < 0.32)
    return mix(
      mix(hex('#6fa4d8'), hex('#f6e3c0'), smoothstep(0, 0.34, y)),
      [1, 0.97, 0.92],
      0.7 * smoothstep(0.5, 0.75, fractal(x * 3, y * 7, { seed: 2 })),
    );
  if (y < 0.4)
    return scale(
      mix(hex('#5f8f9a'), hex('#6aa05a'), smoothstep(0.3, 0.4, y)),
      0.8 + 0.5 * noise(x * 14, y * 30, 5),
    );
  if (y < bank)
    return mix(
      mix(hex('#7fb0dc'), hex('#3f6fae'), noise(x * 8, y * 90, 3)),
      hex('#f4e8c8'),
      0.5 * smoothstep(0.62, 0.8, noise(x * 20, y * 160, 4)),
    );
  const path = Math.abs(x - 0.44 - 0.5 * (y - 0.7) ** 2 - 0.1 * Math.sin(y * 9)) - 0.16 * (y - 0.4);
  const shade = smoothstep(0.42, 0.55, fractal(x * 3.5 + y, y * 9, { seed: 12, octaves: 3 }));
  const lawn = mix(hex('#2f6a48'), mix(hex('#9fc04a'), hex('#e6d65a'), noise(x * 9, y * 20, 6)), shade);
  return path < 0 ? mix(hex('#e8b98a'), hex('#8f86b8'), 0.7 * (1 - shade)) : lawn;
}

function flowerBeds(scene: Raster): void {
  const random = new Random(44);
  const colours = ['#e0455a', '#f4a03a', '#f6e25a', '#d86fb0', '#7a5fc0', '#ffffff'].map(hex);
  for (let k = 0; k < 420; k++) {
    const y = random.range(0.6, 1.02);
    const x = random.chance(0.5)
      ? random.range(-0.02, 0.3 - 0.12 * (y - 0.6))
      : random.range(0.78 + 0.1 * (1 - y), 1.02);
    const r = 0.006 + 0.022 * (y - 0.5) * random.range(0.6, 1.4);
    const colour = colours[Math.floor(clamp(noise(x * 6, y * 8, 9) * 1.4 - 0.2, 0, 0.99) * colours.length)]!;
    drawShape(scene, {
      x,
      y,
      rx: r,
      ry: r,
      distance: (px, py) => Math.hypot(px - x, py - y) - r,
      colour: () => colour,
    });
  }
}

function tree(scene: Raster, { x, y, h, wide }: { x: number; y: number; h: number; wide: number }): void {
  const random = new Random(Math.round(x * 1000));
  drawShape(scene, {
    x,
    y: y - h * 0.2,
    rx: h * 0.04,
    ry: h * 0.25,
    distance: (px, py) => Math.max(Math.abs(px - x) - h * 0.03, Math.abs(py - y + h * 0.2) - h * 0.22),
    colour: (px) => (px < x ? hex('#8a5a6a') : hex('#3d3560')),
  });
  for (let k = 0; k < 46; k++) {
    const a = random.range(0, 6.3);
    const d = Math.sqrt(random.next()) * h * 0.34;
    const cx = x + Math.cos(a) * d * wide;
    const cy = y - h * 0.66 + Math.sin(a) * d * 0.85;
    const r = h * random.range(0.05, 0.1);
    const lit = clamp(0.55 - (Math.cos(a) + Math.sin(a)) * (d / h) * 1.3 + random.range(-0.25, 0.25));
    const colour = mix(
      mix(hex('#27506a'), hex('#3f8048'), lit * 1.5),
      hex('#e0d850'),
      smoothstep(0.5, 1, lit),
    );
    drawShape(scene, {
      x: cx,
      y: cy,
      rx: r,
      ry: r,
      distance: (px, py) => Math.hypot(px - cx, py - cy) - r,
      colour: () => colour,
    });
  }
}

function parasol(
  scene: Raster,
  { x, y, h, dress, cover }: { x: number; y: number; h: number; dress: string; cover: string },
): void {
  drawShape(scene, {
    x: x + h * 0.35,
    y: y,
    rx: h * 0.5,
    ry: h * 0.05,
    distance: (px, py) => (Math.hypot((px - x - h * 0.3) / 4, py - y) - h * 0.06) * 2,
    colour: () => hex('#3b4a7a'),
    opacity: 0.7,
  });
  drawShape(scene, {
    x,
    y: y - h * 0.3,
    rx: h * 0.2,
    ry: h * 0.34,
    distance: (px, py) =>
      Math.max(
        Math.abs(px - x) - h * (0.05 + 0.14 * clamp((py - y + h * 0.6) / (h * 0.6)) ** 1.5),
        Math.abs(py - y + h * 0.3) - h * 0.3,
      ),
    colour: (px) => scale(hex(dress), px < x ? 1.25 : 0.7),
  });
  drawShape(scene, {
    x,
    y: y - h * 0.66,
    rx: h * 0.07,
    ry: h * 0.07,
    distance: (px, py) => Math.hypot(px - x, py - y + h * 0.66) - h * 0.06,
    colour: () => hex('#e8b088'),
  });
  drawShape(scene, {
    x,
    y: y - h * 0.82,
    rx: h * 0.3,
    ry: h * 0.18,
    distance: (px, py) =>
      Math.max(Math.hypot((px - x) / 1.7, py - y + h * 0.72) - h * 0.17, py - y + h * 0.74),
    colour: (px) => scale(hex(cover), px < x ? 1.05 : 0.72),
  });
}
