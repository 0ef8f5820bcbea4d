import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { clipLayer } from '../layers/clipLayer.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import type { ClipTextConfig } from './clipTextConfig.ts';

export interface ClipTextOptions extends LayerOptions {
  readonly config: ClipTextConfig;
}

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
      x = text.at(`encoder.layers.${i}`, scope, (l) => clipLayer(l, input, { ...config, causal: true }));
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
