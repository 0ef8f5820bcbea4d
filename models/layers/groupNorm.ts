import { differentiatedBy } from '../gradients/customGradient.ts';
import { GraphError } from '../graph/graphError.ts';
import type { Value } from '../graph/value.ts';
import { groupNormGradient } from './groupNormGradient.ts';
import type { LayerContext } from './layerContext.ts';

/**
 * Group normalisation of `[B, C, H, W]` (arXiv 1803.08494), as an instance normalisation of `[B, groups, -1]`: on the
 * CPU all 61 of Stable Diffusion's took 30 to 80 ms of a 5 s evaluation at 512x512. LayerNormalization and GroupNormalization
 * measured the same within the noise (0.3 to 3 ms for 640x32x32 and 320x64x64).
 */
export function groupNorm(
  layer: LayerContext,
  x: Value,
  options: { groups: number; epsilon: number },
): Value {
  const { groups, epsilon } = options;
  const { graph } = layer;
  const channels = x.size(1);
  if (channels % groups !== 0) {
    throw new GraphError(
      'attribute',
      graph.scope,
      `${channels} channels do not divide into ${groups} groups`,
    );
  }
  const pixels = x.size(2) * x.size(3);
  const grouped = x.reshape([x.shape[0]!, groups, (channels / groups) * pixels]);
  const ones = graph.constant(Array.from({ length: groups }, () => 1));
  const zeros = graph.constant(Array.from({ length: groups }, () => 0));
  const normal = graph.apply({
    op: 'InstanceNormalization',
    inputs: [grouped, ones, zeros],
    attributes: { epsilon: { float: epsilon } },
  });
  const [scale, shift] = [layer.weight('weight', [channels]), layer.weight('bias', [channels])];
  const perChannel = (weight: Value): Value => weight.reshape([1, channels, 1, 1]);
  const result = normal.reshape(x.shape).mul(perChannel(scale)).add(perChannel(shift));
  return differentiatedBy(result, groupNormGradient(options), [x, scale, shift, normal]);
}
