import { blurRaster } from '../filters.ts';
import { flowField } from '../flow.ts';
import type { Random } from '../random.ts';
import { scale } from '../colour.ts';
import { createRaster, paint } from '../raster.ts';
import { type Brush, brushLayer, createCanvas, lightRelief } from './strokes.ts';
import type { StyleFamily } from './style.ts';

function flowChoice(random: Random, follow: number) {
  return {
    seed: random.seed(),
    follow,
    cells: random.range(1.5, 6),
    angle: random.range(0, Math.PI),
    turn: random.range(0.3, 3),
  };
}

/** Three layers of curved strokes, coarse to fine. */
export const brushwork: StyleFamily = (random) => {
  const flow = flowChoice(random, random.range(0.3, 1));
  const width = random.range(0.012, 0.03);
  const long = random.range(2.5, 7);
  const brush: Brush = {
    width,
    length: width * long,
    cover: 2.2,
    opacity: random.range(0.75, 1),
    stray: random.range(0.08, 0.3),
    bristle: random.range(0.3, 1),
  };
  const relief = random.range(0, 0.5);
  return {
    name: 'brushwork',
    paint: (scene, hand) => {
      const field = flowField(scene, flow);
      const canvas = createCanvas(blurRaster(scene, scene.size / 40));
      const soft = blurRaster(scene, scene.size / 120);
      brushLayer(canvas, soft, {
        brush: { ...brush, width: width * 1.8, length: brush.length * 1.6 },
        flow: field,
        random: hand,
      });
      brushLayer(canvas, scene, { brush, flow: field, random: hand });
      brushLayer(canvas, scene, {
        brush: { ...brush, width: width * 0.55, length: brush.length * 0.6, cover: 0.9 },
        flow: field,
        random: hand,
      });
      return lightRelief(canvas, relief);
    },
  };
};

/** Thick, short, lit paint. */
export const impasto: StyleFamily = (random) => {
  const flow = flowChoice(random, random.range(0.2, 0.9));
  const width = random.range(0.018, 0.036);
  const brush: Brush = {
    width,
    length: width * random.range(1.6, 3.5),
    cover: 3,
    opacity: 1,
    stray: random.range(0.1, 0.28),
    bristle: 1,
  };
  const relief = random.range(0.7, 1.4);
  return {
    name: 'impasto',
    paint: (scene, hand) => {
      const field = flowField(scene, flow);
      const canvas = createCanvas(scene);
      const soft = blurRaster(scene, scene.size / 150);
      brushLayer(canvas, soft, { brush, flow: field, random: hand });
      brushLayer(canvas, soft, {
        brush: { ...brush, width: width * 0.7, length: brush.length * 0.7, cover: 1.5 },
        flow: field,
        random: hand,
      });
      return lightRelief(canvas, relief);
    },
  };
};

/** Dots of broken colour over a tinted ground. */
export const points: StyleFamily = (random, inks) => {
  const width = random.range(0.014, 0.03);
  const stray = random.range(0.25, 0.7);
  const ground = scale(inks.paper, random.range(0.6, 1));
  const flow = flowChoice(random, 0);
  const stretch = random.range(1, 1.8);
  const brush: Brush = {
    width,
    length: width * stretch,
    cover: random.range(2.2, 4),
    opacity: 1,
    stray,
    bristle: 0.1,
    round: true,
  };
  return {
    name: 'points',
    paint: (scene, hand) => {
      const canvasGround = createRaster(scene.size);
      paint(canvasGround, () => ground);
      const canvas = createCanvas(canvasGround);
      const field = flowField(scene, flow);
      brushLayer(canvas, scene, {
        brush: { ...brush, width: width * 1.4, length: brush.length * 1.4, stray: stray * 0.4 },
        flow: field,
        random: hand,
      });
      brushLayer(canvas, scene, { brush, flow: field, random: hand });
      return canvas.raster;
    },
  };
};
