import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { attention } from './attention.ts';
import { groupNorm } from './groupNorm.ts';
import type { LayerContext } from './layerContext.ts';
import { linear } from './linear.ts';

/** Single-head self-attention over the pixels of `[B, C, H, W]`, with its residual: an autoencoder's middle. */
export function pixelAttention(
  layer: LayerContext,
  x: Value,
  options: { groups: number; epsilon: number },
): Value {
  const channels = x.size(1);
  const normal = layer.at('group_norm', '', (l) => groupNorm(l, x, options));
  const tokens = normal.reshape([x.shape[0]!, channels, productOf(x.shape.slice(2))]).transpose([0, 2, 1]);
  const project = (name: string, from: Value): Value =>
    layer.at(name, '', (l) => linear(l, from, { features: channels }));
  const [query, key, value] = [project('to_q', tokens), project('to_k', tokens), project('to_v', tokens)];
  const mixed = attention(layer, { query, key, value, heads: 1 });
  return project('to_out.0', mixed).transpose([0, 2, 1]).reshape(x.shape).add(x);
}
