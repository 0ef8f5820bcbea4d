import { type Colour, clamp, hex, hsl, luminance, mix, ramp } from './colour.ts';
import type { Random } from './random.ts';
import { type Raster, createRaster } from './raster.ts';
import type { Inks } from './styles/style.ts';

/** A painter's palette: one ramp from dark to light for warm passages and one for cool ones. */
export interface Palette {
  readonly warm: readonly Colour[];
  readonly cool: readonly Colour[];
  /** How far the palette replaces the scene's own colours, 0..1. */
  readonly strength: number;
  readonly saturation: number;
}

/** Warm ramp, cool ramp: dark to light. */
const painters: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['#1b1420', '#7a3b1e', '#d98a1f', '#f6d65a', '#fff3c0'],
    ['#0b1238', '#1f3f8f', '#3f7fc4', '#8fc3e0', '#e8f2d8'],
  ],
  [
    ['#2a0f14', '#8c1f28', '#e0523a', '#f5a25d', '#fde9c4'],
    ['#0e2a2c', '#16605c', '#3fa38f', '#9fd5b5', '#eaf6df'],
  ],
  [
    ['#1a120b', '#4f3317', '#9a6a2f', '#d3a963', '#f3e3bd'],
    ['#14140f', '#3b3a26', '#6f6a44', '#b0a878', '#ece4c6'],
  ],
  [
    ['#1d0b2a', '#6a1b6e', '#c2367e', '#f2849b', '#fde0d8'],
    ['#0c1433', '#31308a', '#6a5fd0', '#a9a6ef', '#e6e6fb'],
  ],
  [
    ['#241a10', '#7c5a1a', '#c9a227', '#ecd96b', '#fbf6cf'],
    ['#0d1f14', '#1f5a30', '#4f9a45', '#a3cf6a', '#eef7c4'],
  ],
  [
    ['#3a1c1c', '#a3472f', '#e88d5a', '#f8c79a', '#fff2e0'],
    ['#1b2a41', '#3f6690', '#7fa9c9', '#bcd6e6', '#f4f8fa'],
  ],
  [
    ['#111111', '#4a4542', '#8d8680', '#c9c2b8', '#f5f0e6'],
    ['#0d1014', '#3a444c', '#77848c', '#b7c2c6', '#eef2f2'],
  ],
  [
    ['#2b0606', '#b01212', '#ef3b1f', '#ffa21f', '#ffe98a'],
    ['#08122b', '#0f3f8a', '#0f86c8', '#5fd0e0', '#e0fbf0'],
  ],
];

export function randomPalette(random: Random): Palette {
  const strength = random.chance(0.2) ? random.range(0, 0.3) : random.range(0.45, 1);
  const saturation = random.range(0.8, 1.7);
  if (random.chance(0.55)) {
    const [warm, cool] = random.pick(painters);
    return { warm: warm.map(hex), cool: cool.map(hex), strength, saturation };
  }
  const hue = random.next();
  const contrast = random.pick([0.5, 0.33, 0.08, 0.42]);
  return { warm: makeRamp(random, hue), cool: makeRamp(random, hue + contrast), strength, saturation };
}

function makeRamp(random: Random, hue: number): Colour[] {
  const drift = random.range(-0.12, 0.12);
  const strong = random.range(0.3, 0.95);
  const low = random.range(0.03, 0.15);
  const high = random.range(0.82, 0.96);
  return [0, 0.25, 0.5, 0.75, 1].map((t) => hsl(hue + drift * t, strong, low + (high - low) * t));
}

/** Paper, ink and accent that go with a palette. */
export function inksOf(palette: Palette, random: Random): Inks {
  const dark = mix(random.pick([palette.warm, palette.cool])[0]!, palette.cool[1]!, random.range(0, 0.6));
  const paper = mix(random.pick([palette.warm, palette.cool])[4]!, [1, 0.98, 0.92], random.next() * 0.6);
  return { paper, dark, accent: random.pick([palette.warm, palette.cool])[2 + random.int(2)]! };
}

/** Re-colours a scene with a palette: its own light and dark stretched to the full range, warm and cool kept apart. */
export function recolour(scene: Raster, palette: Palette): Raster {
  const { data } = scene;
  const sorted = Float32Array.from({ length: Math.floor(data.length / 39) }, (_, k) =>
    luminance(data[k * 39]!, data[k * 39 + 1]!, data[k * 39 + 2]!),
  ).sort();
  const low = sorted[Math.floor(sorted.length * 0.03)]!;
  const high = Math.max(low + 0.15, sorted[Math.floor(sorted.length * 0.97)]!);
  const out = createRaster(scene.size);
  for (let p = 0; p < data.length; p += 3) {
    const [r, g, b] = [data[p]!, data[p + 1]!, data[p + 2]!];
    const raw = luminance(r, g, b);
    const light = (raw - low) / (high - low);
    const warmth = clamp(0.5 + (r + 0.4 * g - 1.4 * b) * 1.6);
    const target = mix(ramp(palette.cool, light), ramp(palette.warm, light), warmth);
    const gain = raw > 0.01 ? clamp(light, 0, 1) / raw : 1;
    const own = [r, g, b].map((v) => clamp((raw + (v - raw) * palette.saturation) * (0.4 + 0.6 * gain)));
    for (let c = 0; c < 3; c++) out.data[p + c] = own[c]! + (target[c]! - own[c]!) * palette.strength;
  }
  return out;
}
