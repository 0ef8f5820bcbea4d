import { tensor, type Tensor } from '../tensor/tensor.ts';
import { correlateResponses, type CorrelateOptions, type Correlation } from './correlateResponses.ts';
import { emptyMatches, type Matches } from './matches.ts';

const TINY = 1e-8;

/** Every position of `[1, C, h, w]` divided by the length of its channels. */
export function channelNormalised({ shape, data }: Tensor): Tensor {
  const [, channels = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const result = tensor(shape);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += data[channel * area + i]! ** 2;
    const length = Math.sqrt(sum) + TINY;
    for (let channel = 0; channel < channels; channel++)
      result.data[channel * area + i] = data[channel * area + i]! / length;
  }
  return result;
}

/**
 * Pass 2's first mapping (neural_paint.lua): the largest sum of 3x3 products of channel-normalised responses, the first in
 * raster order of several. A position at an edge of the painting is only for one at the same edge. Where that leaves none
 * (a painting of one row), the first position stands, as it does for source positions that are not asked for.
 */
export async function matchConsistently(
  source: Tensor,
  target: Tensor,
  options: CorrelateOptions = {},
): Promise<Matches> {
  const [, , height = 0, width = 0] = source.shape;
  const [, , targetHeight = 0, targetWidth = 0] = target.shape;
  const matches = emptyMatches(width, height);
  const visit = ({ x, y, scores, start, stride }: Correlation): void => {
    const [left, right] = [x > 0 ? 1 : 0, x < width - 1 ? targetWidth - 1 : targetWidth];
    const [top, bottom] = [y > 0 ? 1 : 0, y < height - 1 ? targetHeight - 1 : targetHeight];
    let [best, bestX, bestY] = [-Infinity, 0, 0];
    for (let v = top; v < bottom; v++)
      for (let u = left; u < right; u++) {
        const score = scores[start + v * stride + u]!;
        if (score > best) [best, bestX, bestY] = [score, u, v];
      }
    matches.x[y * width + x] = bestX;
    matches.y[y * width + x] = bestY;
  };
  const [one, other] = [channelNormalised(source), channelNormalised(target)];
  await correlateResponses(one, other, { ...options, visit });
  return matches;
}
