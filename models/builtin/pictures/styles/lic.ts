import { clamp } from '../colour.ts';
import { blurRaster } from '../filters.ts';
import { flowField } from '../flow.ts';
import { createRaster } from '../raster.ts';
import type { StyleFamily } from './style.ts';

/** Line integral convolution: grains of paint drawn out along the flow, like wind or fur. */
export const swirls: StyleFamily = (random) => {
  const flow = {
    seed: random.seed(),
    follow: random.range(0, 0.8),
    cells: random.range(2, 6),
    angle: random.range(0, 3),
    turn: random.range(1, 5),
  };
  const reach = random.range(0.02, 0.05);
  const grain = random.range(1.2, 3.2);
  const depth = random.range(0.5, 1.3);
  return {
    name: 'swirls',
    paint: (scene, hand) => {
      const { size } = scene;
      const field = flowField(scene, flow);
      const cell = Math.max(1, Math.round((grain * size) / 256));
      const across = Math.ceil(size / cell);
      const grains = Float32Array.from({ length: across * across }, () => hand.next() - 0.5);
      const soft = blurRaster(scene, size / 128);
      const steps = Math.round(reach * size);
      const out = createRaster(size);
      for (let p = 0; p < size * size; p++) {
        let tone = 0;
        const colour = [0, 0, 0];
        for (const way of [-1, 1]) {
          let x = p % size;
          let y = Math.floor(p / size);
          let angle = field[p]! + (way < 0 ? Math.PI : 0);
          for (let k = 0; k < steps; k++) {
            const q = clamp(Math.floor(y), 0, size - 1) * size + clamp(Math.floor(x), 0, size - 1);
            tone += grains[Math.floor(Math.floor(q / size) / cell) * across + Math.floor((q % size) / cell)]!;
            if (k % 4 === 0) for (let c = 0; c < 3; c++) colour[c]! += soft.data[q * 3 + c]!;
            // The field has no sign: keep going the way we came.
            const next = field[q]!;
            angle = Math.cos(next - angle) < 0 ? next + Math.PI : next;
            x += Math.cos(angle);
            y += Math.sin(angle);
          }
        }
        const samples = 2 * Math.ceil(steps / 4);
        const gain = 1 + (depth * tone * 1.6) / Math.sqrt(2 * steps * cell);
        for (let c = 0; c < 3; c++) out.data[p * 3 + c] = clamp((colour[c]! / samples) * gain);
      }
      return out;
    },
  };
};
