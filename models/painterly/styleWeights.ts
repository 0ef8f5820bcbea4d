import type { Tensor } from '../tensor/tensor.ts';

/** What pass 2 multiplies its terms by. */
export interface StyleWeights {
  readonly content: number;
  readonly style: number;
  readonly histogram: number;
  readonly tv: number;
}

/**
 * How grainy a painting `[1, 3, H, W]` in [0, 1] is: the median (of an even number the lower one) of (dx^2 + dy^2) / 2 over its
 * channels, without the last row and column. Canvas and strokes raise it; 0 for a painting of one row or column.
 */
export function paintingNoise({ shape, data }: Tensor): number {
  const [height = 1, width = 1] = shape.slice(-2);
  const values = new Float64Array(3 * (height - 1) * (width - 1));
  let count = 0;
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < height - 1; y++)
      for (let x = 0; x < width - 1; x++) {
        const at = (channel * height + y) * width + x;
        const [dx, dy] = [data[at + 1]! - data[at]!, data[at + width]! - data[at]!];
        values[count++] = (dx * dx + dy * dy) / 2;
      }
  return values.sort()[Math.max(0, Math.ceil(count / 2) - 1)] ?? 0;
}

/**
 * The published estimator: the stronger a painting's style (1, realistic, to 10, abstract), the more style counts; and the
 * grainier it is, the more of what is left goes from smoothness to histograms, so that its strokes are not smoothed away.
 */
export function styleWeights(level: number, noise: number): StyleWeights {
  const smoothness = 10 / (1 + Math.exp(1e4 * noise - 25));
  return { content: 1, style: level, histogram: (10 - smoothness) * level, tv: smoothness * level };
}
