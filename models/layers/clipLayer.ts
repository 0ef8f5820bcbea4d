import type { Value } from '../graph/value.ts';
import { attention } from './attention.ts';
import type { LayerContext } from './layerContext.ts';
import { layerNorm } from './layerNorm.ts';
import { linear } from './linear.ts';

export interface ClipLayerOptions {
  readonly heads: number;
  readonly intermediate: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly epsilon: number;
  /** Each position sees those up to itself only, as in text. */
  readonly causal?: boolean;
}

/** Large enough that exp() of it is 0 in float32, and finite, so that no NaN can come of it. */
const MASKED = -1e9;

/** One layer of CLIP's transformers on `[B, T, C]` (transformers CLIPEncoderLayer): attention and MLP, norms before. */
export function clipLayer(layer: LayerContext, x: Value, options: ClipLayerOptions): Value {
  const { epsilon, intermediate, activation } = options;
  const first = layer.at('layer_norm1', '', (l) => layerNorm(l, x, epsilon));
  const attended = x.add(layer.at('self_attn', 'self_attn', (l) => selfAttention(l, first, options)));
  const second = layer.at('layer_norm2', '', (l) => layerNorm(l, attended, epsilon));
  return layer.at('mlp', 'mlp', (mlp) => {
    const inner = mlp.at('fc1', '', (l) => linear(l, second, { features: intermediate }));
    const active = activation === 'gelu' ? inner.gelu() : quickGelu(inner);
    return attended.add(mlp.at('fc2', '', (l) => linear(l, active, { features: x.size(-1) })));
  });
}

function quickGelu(x: Value): Value {
  return x.mul(x.mul(1.702).sigmoid());
}

function selfAttention(layer: LayerContext, x: Value, { heads, causal }: ClipLayerOptions): Value {
  const features = x.size(-1);
  const project = (name: string, from: Value): Value =>
    layer.at(name, '', (l) => linear(l, from, { features }));
  const operands = { query: project('q_proj', x), key: project('k_proj', x), value: project('v_proj', x) };
  const mixed = causal ? causalAttention(operands, heads) : attention(layer, { ...operands, heads });
  return project('out_proj', mixed);
}

function causalAttention(
  { query, key, value }: { readonly query: Value; readonly key: Value; readonly value: Value },
  heads: number,
): Value {
  const { graph, shape } = query;
  const count = query.size(1);
  const headSize = query.size(2) / heads;
  const split = (each: Value): Value => each.reshape([shape[0]!, count, heads, headSize]);
  const mask = Array.from({ length: count * count }, (_, i) =>
    i % count > Math.floor(i / count) ? MASKED : 0,
  );
  const q = split(query)
    .mul(headSize ** -0.5)
    .transpose([0, 2, 1, 3]);
  const logits = q.matmul(split(key).transpose([0, 2, 3, 1]));
  const probabilities = logits.add(graph.constant(mask, [1, 1, count, count])).softmax();
  return probabilities
    .matmul(split(value).transpose([0, 2, 1, 3]))
    .transpose([0, 2, 1, 3])
    .reshape(shape);
}
