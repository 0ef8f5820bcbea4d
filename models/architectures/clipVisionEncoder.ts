import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { clipLayer } from '../layers/clipLayer.ts';
import { conv2d } from '../layers/conv2d.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import type { ExemplarConfig } from './exemplarConfig.ts';

export interface ClipVisionOptions extends LayerOptions {
  readonly config: ExemplarConfig;
}

/**
 * CLIP's vision transformer (arXiv 2103.00020; transformers CLIPVisionModel) as a graph: input `pixels` [B, 3, R, R],
 * normalised; output `class_token` [B, hidden] behind the last norm, which transformers calls pooler_output. `embeddings`
 * and `hidden_states.N` can be exposed: 0 after the first norm, then after each layer.
 */
export function clipVisionEncoder(options: ClipVisionOptions): Graph {
  const { config } = options;
  const { epsilon, hidden, imageSize, layers } = config;
  const root = new LayerContext(options);
  const pixels = root.graph.input('pixels', ['B', 3, imageSize, imageSize]);
  const result = root.at('model.vision_model', '', (vision) => {
    const embedded = root.reveal(
      'embeddings',
      vision.at('embeddings', 'embeddings', (l) => embed(l, pixels, config)),
    );
    let x = vision.at('pre_layrnorm', 'pre_layrnorm', (l) => layerNorm(l, embedded, epsilon));
    root.reveal('hidden_states.0', x);
    for (let i = 0; i < layers; i++) {
      const input = x;
      x = vision.at(`encoder.layers.${i}`, `layers.${i}`, (l) => clipLayer(l, input, config));
      root.reveal(`hidden_states.${i + 1}`, x);
    }
    const first = x.gather(root.graph.int64([0]), 1).reshape(['B', hidden]);
    return vision.at('post_layernorm', 'post_layernorm', (l) => layerNorm(l, first, epsilon));
  });
  root.graph.output('class_token', result);
  root.checkExposed();
  return root.graph;
}

/** Patches row by row behind the class token, `[B, N + 1, hidden]`, each with the embedding of its place. */
function embed(layer: LayerContext, pixels: Value, config: ExemplarConfig): Value {
  const { hidden, imageSize, patchSize } = config;
  const count = Math.floor(imageSize / patchSize) ** 2;
  const patches = layer.at('patch_embedding', '', (l) =>
    conv2d(l, pixels, {
      channels: hidden,
      kernel: patchSize,
      stride: patchSize,
      pads: [0, 0, 0, 0],
      bias: false,
    }),
  );
  const tokens = patches.reshape(['B', hidden, count]).transpose([0, 2, 1]);
  const places = layer.weight('position_embedding.weight', [count + 1, hidden]);
  const classToken = layer.weight('class_embedding', [hidden]).reshape([1, hidden]);
  const first = classToken.add(places.slice(0, 1));
  // Room is made by padding: how many pictures there are is not known.
  return tokens
    .add(places.slice(1, count))
    .pad(1, 1, 0)
    .add(first.pad(0, 0, count));
}
