import { clamp, mix, smoothstep } from '../colour.ts';
import { type Plane, blurPlane, gradient, kuwahara, luminancePlane } from '../filters.ts';
import { flowField } from '../flow.ts';
import { fractal, noise } from '../noise.ts';
import { type Raster, createRaster } from '../raster.ts';
import type { StyleFamily } from './style.ts';

function stretched(scene: Raster): Plane {
  const light = blurPlane(luminancePlane(scene), scene.size, scene.size / 256);
  const sorted = light.slice().sort();
  const low = sorted[Math.floor(sorted.length * 0.04)]!;
  const high = sorted[Math.floor(sorted.length * 0.96)]!;
  return light.map((v) => clamp((v - low) / Math.max(0.1, high - low)));
}

/** Carved lines that swell with darkness, solid blacks, one tint: a woodcut. */
export const woodcut: StyleFamily = (random, inks) => {
  const angle = random.range(0, Math.PI);
  const pitch = random.range(0.014, 0.026);
  const seed = random.seed();
  const warp = random.range(0.3, 1.2);
  const relief = random.range(0.5, 3);
  const tint = random.chance(0.6) ? random.range(0.4, 0.9) : 0;
  return {
    name: 'woodcut',
    paint: (scene) => {
      const { size } = scene;
      const light = stretched(scene);
      const wide = blurPlane(light, size, size / 30);
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        const x = (p % size) / size;
        const y = Math.floor(p / size) / size;
        const bend =
          (fractal(x * 3, y * 3, { seed, octaves: 2 }) - 0.5) * warp * 0.2 + wide[p]! * relief * 0.03;
        const wave = Math.abs((((x * Math.sin(angle) + y * Math.cos(angle) + bend) / pitch) % 1) * 2) % 2;
        const line = Math.abs(wave - 1);
        const tone = light[p]! + 0.12 * (noise(x * 60, y * 60, seed + 5) - 0.5);
        const ink = smoothstep(-0.13, 0.13, line - (tone * 1.5 - 0.25));
        const ground = mix(inks.paper, inks.accent, tint * smoothstep(0.75, 0.45, wide[p]!));
        out.data.set(mix(ground, inks.dark, ink), p * 3);
      }
      return out;
    },
  };
};

/** Pen hatching in up to three directions on paper, with outlines. */
export const hatching: StyleFamily = (random, inks) => {
  const angle = random.range(0, Math.PI);
  const pitch = random.range(0.012, 0.022);
  const seed = random.seed();
  const wash = random.range(0, 0.5);
  const outline = random.range(2, 8);
  return {
    name: 'hatching',
    paint: (scene) => {
      const { size } = scene;
      const light = stretched(scene);
      const { dx, dy } = gradient(light, size);
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        const x = (p % size) / size;
        const y = Math.floor(p / size) / size;
        const shake = 0.35 * pitch * noise(x * 14, y * 14, seed);
        let ink = clamp(Math.hypot(dx[p]!, dy[p]!) * outline - 0.15);
        for (let k = 0; k < 3; k++) {
          const a = angle + k * 1.05;
          const phase = ((x * Math.sin(a) + y * Math.cos(a) + shake) / pitch + 100) % 1;
          const need = clamp((0.78 - k * 0.26 - light[p]!) * 3.2);
          ink = Math.max(
            ink,
            smoothstep(0.42, 0.22, Math.abs(phase - 0.5)) *
              need *
              (0.75 + 0.5 * noise(x * 50, y * 50, seed + k)),
          );
        }
        const fibre = 1 - 0.06 * noise(x * 128, y * 128, seed + 7);
        const at = p * 3;
        const washed = mix(
          [inks.paper[0] * fibre, inks.paper[1] * fibre, inks.paper[2] * fibre],
          [scene.data[at]!, scene.data[at + 1]!, scene.data[at + 2]!],
          wash,
        );
        out.data.set(mix(washed, inks.dark, clamp(ink)), at);
      }
      return out;
    },
  };
};

/** Transparent washes: flat pools with dark rims, granulation and bare paper. */
export const waterColour: StyleFamily = (random) => {
  const pool = random.range(0.012, 0.03);
  const rim = random.range(1, 4);
  const seed = random.seed();
  const granulation = random.range(0.1, 0.35);
  const dilute = random.range(0.1, 0.4);
  return {
    name: 'water colour',
    paint: (scene) => {
      const { size } = scene;
      const flat = kuwahara(scene, size * pool);
      const light = luminancePlane(flat);
      const { dx, dy } = gradient(blurPlane(light, size, size / 200), size);
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        const x = (p % size) / size;
        const y = Math.floor(p / size) / size;
        const bleed = fractal(x * 5, y * 5, { seed });
        const paper = noise(x * 120, y * 120, seed + 3) * 0.6 + noise(x * 60, y * 60, seed + 4) * 0.4;
        const load =
          1 - dilute + (bleed - 0.5) * 0.9 + Math.hypot(dx[p]!, dy[p]!) * rim + (paper - 0.5) * granulation;
        for (let c = 0; c < 3; c++)
          out.data[p * 3 + c] = clamp(0.98 * Math.max(0.02, flat.data[p * 3 + c]!) ** Math.max(0.1, load));
      }
      return out;
    },
  };
};

/** Smooth blended oil on woven canvas under a darkening varnish. */
export const oldMaster: StyleFamily = (random, inks) => {
  const radius = random.range(0.006, 0.016);
  const weave = random.range(0.04, 0.16);
  const varnish = random.range(0.1, 0.45);
  const seed = random.seed();
  const crackle = random.chance(0.4) ? random.range(0.1, 0.3) : 0;
  const flow = { seed, follow: 0.9, cells: 3, angle: random.range(0, 3), turn: 1 };
  return {
    name: 'old master',
    paint: (scene) => {
      const { size } = scene;
      const flat = kuwahara(scene, size * radius);
      const field = flowField(scene, flow);
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        const i = p % size;
        const j = Math.floor(p / size);
        const thread = (i + j) % 4 < 2 ? Math.sin(i * 1.6) : Math.sin(j * 1.6);
        const across = Math.cos(field[p]!) * j - Math.sin(field[p]!) * i;
        const hair = noise((across * 110) / size, (i + j) / size, seed) - 0.5;
        const crack =
          Math.abs(fractal((i / size) * 12, (j / size) * 12, { seed, octaves: 3 }) - 0.5) < 0.008
            ? crackle
            : 0;
        const gain = 1 + weave * thread * 0.5 + hair * 0.3 - crack;
        const shade = varnish * (0.5 + 2 * ((i / size - 0.5) ** 2 + (j / size - 0.5) ** 2));
        const at = p * 3;
        out.data.set(
          mix(
            [flat.data[at]! * gain, flat.data[at + 1]! * gain, flat.data[at + 2]! * gain],
            inks.dark,
            clamp(shade, 0, 0.7),
          ),
          at,
        );
      }
      return out;
    },
  };
};
