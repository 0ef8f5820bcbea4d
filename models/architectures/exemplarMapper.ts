import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { attention } from '../layers/attention.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { layerNorm } from '../layers/layerNorm.ts';
import { linear } from '../layers/linear.ts';
import type { ExemplarConfig } from './exemplarConfig.ts';

export interface ExemplarMapperOptions extends LayerOptions {
  readonly config: ExemplarConfig;
}

/** Of the norms here, in both published forms. */
const EPSILON = 1e-5;

/**
 * What Paint by Example (arXiv 2211.13227) puts between CLIP's class token and the UNet (diffusers
 * PaintByExampleImageEncoder; ldm/modules/encoders/xf.py): input `class_token` [B, hidden], output `context`
 * [B, 1, contextDim] behind transformer blocks over that one token, a norm and a projection; and `unconditional`
 * [1, 1, contextDim], the learnt context of no exemplar. `resblock.N.after_attn`, `resblock.N.out` and `final_ln` can be
 * exposed.
 */
export function exemplarMapper(options: ExemplarMapperOptions): Graph {
  const { hidden, mapperBlocks, contextDim } = options.config;
  const root = new LayerContext(options);
  const { graph } = root;
  let x = graph.input('class_token', ['B', hidden]).reshape(['B', 1, hidden]);
  for (let i = 0; i < mapperBlocks; i++) {
    const input = x;
    x = root.at(`mapper.blocks.${i}`, `resblock.${i}`, (block) => mapperBlock(block, input));
  }
  const normal = root.block('final_layer_norm', 'final_ln', (l) => layerNorm(l, x, EPSILON));
  graph.output(
    'context',
    root.at('proj_out', 'proj_out', (l) => linear(l, normal, { features: contextDim })),
  );
  // An initializer cannot be an output by itself.
  graph.output('unconditional', root.weight('uncond_vector', [1, 1, contextDim]).add(0));
  root.checkExposed();
  return graph;
}

/** Attention looks from one token at itself, so its result is the value's projection; the weights are there all the same. */
function mapperBlock(block: LayerContext, x: Value): Value {
  const features = x.size(-1);
  const project = (l: LayerContext, name: string, from: Value): Value =>
    l.at(name, '', (inner) => linear(inner, from, { features }));
  const first = block.at('norm1', '', (l) => layerNorm(l, x, EPSILON));
  const mixed = block.at('attn1', 'attn', (l) => {
    const operands = { query: project(l, 'to_q', first), key: project(l, 'to_k', first) };
    const mix = attention(l, { ...operands, value: project(l, 'to_v', first), heads: 1 });
    return project(l, 'to_out.0', mix);
  });
  const attended = block.reveal('after_attn', x.add(mixed));
  const second = block.at('norm3', '', (l) => layerNorm(l, attended, EPSILON));
  const inner = block.at('ff.net.0.proj', '', (l) => linear(l, second, { features: features * 4 }));
  const out = block.at('ff.net.2', '', (l) => linear(l, inner.gelu(), { features }));
  return block.reveal('out', attended.add(out));
}
