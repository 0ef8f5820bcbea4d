import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import { linear } from '../layers/linear.ts';
import type { ClipTextConfig } from './clipTextConfig.ts';

export interface ClipTextOptions extends LayerOptions {
  readonly config: ClipTextConfig;
}

/** Large enough that exp() of it is 0 in float32, and finite, so that no NaN can come of it. */
const MASKED = -1e9;

/**
 * CLIP's text transformer (arXiv 2103.00020; transformers CLIPTextModel) as a graph: input `tokens` int32 [B, positions],
 * output `last_hidden_state` [B, positions, hidden] after the final norm, which is Stable Diffusion's context.
 * `hidden_states.N` can be exposed: 0 the embeddings, then after each layer.
 */
export function clipTextEncoder(options: ClipTextOptions): Graph {
  const { config } = options;
  const root = new LayerContext(options);
  const { graph } = root;
  const tokens = graph.input('tokens', ['B', config.positions], 'int32');
  const result = root.at('text_model', '', (text) => {
    let x = root.reveal(
      'hidden_states.0',
      text.at('embeddings', 'embeddings', (l) => embed(l, tokens, config)),
    );
    for (let i = 0; i < config.layers; i++) {
      const input = x;
      const scope = `layers.${i}`;
      x = text.at(`encoder.layers.${i}`, scope, (l) => encoderLayer(l, input, config));
      root.reveal(`hidden_states.${i + 1}`, x);
    }
    return text.at('final_layer_norm', 'final_layer_norm', (l) => layerNorm(l, x, config.epsilon));
  });
  graph.output('last_hidden_state', result);
  root.checkExposed();
  return graph;
}

function embed(layer: LayerContext, tokens: Value, config: ClipTextConfig): Value {
  const words = layer.weight('token_embedding.weight', [config.vocabulary, config.hidden]);
  const places = layer.weight('position_embedding.weight', [config.positions, config.hidden]);
  return words.gather(tokens, 0).add(places);
}

function encoderLayer(layer: LayerContext, x: Value, config: ClipTextConfig): Value {
  const { epsilon, hidden, intermediate } = config;
  const first = layer.at('layer_norm1', '', (l) => layerNorm(l, x, epsilon));
  const attended = x.add(layer.at('self_attn', 'self_attn', (l) => causalAttention(l, first, config.heads)));
  const second = layer.at('layer_norm2', '', (l) => layerNorm(l, attended, epsilon));
  return layer.at('mlp', 'mlp', (mlp) => {
    const inner = mlp.at('fc1', '', (l) => linear(l, second, { features: intermediate }));
    const active = config.activation === 'gelu' ? inner.gelu() : quickGelu(inner);
    return attended.add(mlp.at('fc2', '', (l) => linear(l, active, { features: hidden })));
  });
}

function quickGelu(x: Value): Value {
  return x.mul(x.mul(x.graph.scalar(1.702)).sigmoid());
}

/** Position i sees the positions up to i. */
function causalAttention(layer: LayerContext, x: Value, heads: number): Value {
  const [count, features] = [x.size(1), x.size(2)];
  const headSize = features / heads;
  const project = (name: string, from: Value): Value =>
    layer.at(name, '', (l) => linear(l, from, { features }));
  const split = (name: string): Value => project(name, x).reshape([x.shape[0]!, count, heads, headSize]);
  const mask = Array.from({ length: count * count }, (_, i) =>
    i % count > Math.floor(i / count) ? MASKED : 0,
  );
  const q = split('q_proj')
    .mul(layer.graph.scalar(headSize ** -0.5))
    .transpose([0, 2, 1, 3]);
  const logits = q.matmul(split('k_proj').transpose([0, 2, 3, 1]));
  const probabilities = logits.add(layer.graph.constant(mask, [1, 1, count, count])).softmax();
  const mixed = probabilities.matmul(split('v_proj').transpose([0, 2, 1, 3]));
  return project('out_proj', mixed.transpose([0, 2, 1, 3]).reshape(x.shape));
}
