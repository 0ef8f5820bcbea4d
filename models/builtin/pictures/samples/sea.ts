import { type Colour, clamp, hex, mix, smoothstep } from '../colour.ts';
import { fractal, noise } from '../noise.ts';
import { type Raster, paint } from '../raster.ts';

const paper = hex('#efe2c4');
const ink = hex('#142a4a');
const blue = hex('#3f7296');
const pale = hex('#a9c4c0');
const red = hex('#c23a2b');

/** Crest height of swell k at x: peaked, leaning waves. */
function crest(x: number, k: number): number {
  const far = k / 5;
  const phase = x * (17 - 11 * far) + k * 2.4 + 0.4 * Math.sin(x * 4 + k);
  const wave = 1 - Math.abs(Math.sin(phase / 2 + 0.28 * Math.sin(phase))) ** 0.7;
  return 0.5 + 0.5 * far ** 1.35 - (0.025 + 0.16 * far) * wave - 0.012 * Math.sin(x * 31 + k);
}

/** A printed sea: carved lines along the swell, bare foam, a red sun. */
export function sea(raster: Raster): void {
  paint(raster, (x, y) => {
    const wobble = 0.004 * (noise(x * 30, y * 30, 5) - 0.5);
    for (let k = 5; k >= 0; k--) {
      const top = crest(x, k) + wobble;
      if (y > top) return waterAt({ x, y, k, depth: y - top });
    }
    return skyAt(x, y + wobble);
  });
  // The press leaves specks where ink did not take.
  const { size, data } = raster;
  for (let p = 0; p < size * size; p++) {
    const speck =
      noise((p % size) / 2.4, Math.floor(p / size) / 2.4, 77) *
      fractal((p % size) / 90, Math.floor(p / size) / 90, { seed: 8, octaves: 2 });
    const bare = smoothstep(0.56, 0.64, speck) * 0.8;
    for (let c = 0; c < 3; c++) data[p * 3 + c]! += (paper[c]! - data[p * 3 + c]!) * bare;
  }
}

function line(phase: number, width: number): number {
  const distance = Math.abs(phase - Math.floor(phase) - 0.5);
  return smoothstep(width / 2 + 0.06, width / 2 - 0.06, distance);
}

function waterAt({ x, y, k, depth }: { x: number; y: number; k: number; depth: number }): Colour {
  const far = k / 5;
  const swell = 0.025 + 0.16 * far;
  const foam = swell * (0.12 + 0.3 * noise(x * (60 - 30 * far), k * 3 + y * 6, 21) * noise(x * 14, k, 22));
  if (depth < 0.0045) return ink;
  if (depth < foam) return depth > foam - 0.005 * (0.6 + far) ? ink : paper;
  const t = clamp(depth / (swell * 1.7));
  const pitch = 0.011 + 0.009 * far;
  const stretch = fractal(x * 5, k * 2 + y * 2, { seed: 30 + k, octaves: 2 }) * 0.035;
  const carved = line((depth + stretch) / pitch, 0.28 + 0.62 * t + 0.15 * (noise(x * 40, y * 40, 11) - 0.5));
  const ground = mix(t < 0.35 ? pale : blue, paper, t < 0.12 ? 0.6 : 0);
  return mix(ground, ink, carved);
}

function skyAt(x: number, y: number): Colour {
  const sun = Math.hypot(x - 0.66, y - 0.27);
  const cloud = fractal(x * 2.6, y * 11, { seed: 15, octaves: 4 });
  const bank = cloud > 0.56;
  if (bank)
    return Math.abs(cloud - 0.56) < 0.012 ? ink : mix(paper, ink, line(y / 0.017, clamp((cloud - 0.6) * 3)));
  const rays = line(y / 0.0135 + 0.25 * Math.sin(x * 9), 0.16 + 0.55 * smoothstep(0.28, 0, y));
  if (sun < 0.15) return mix(red, paper, line(y / 0.0135, 0.35 * smoothstep(0.2, 0.42, y)));
  const glow = mix(hex('#e8b878'), paper, smoothstep(0.5, 0.12, y));
  return mix(glow, blue, rays * smoothstep(0.17, 0.2, sun));
}
