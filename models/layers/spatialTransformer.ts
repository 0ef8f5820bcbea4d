import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { attention } from './attention.ts';
import { attentionHook } from './attentionHook.ts';
import { conv2d } from './conv2d.ts';
import { feedForward } from './feedForward.ts';
import { groupNorm } from './groupNorm.ts';
import type { LayerContext } from './layerContext.ts';
import { layerNorm } from './layerNorm.ts';
import { linear } from './linear.ts';

export interface SpatialTransformerOptions {
  readonly heads: number;
  readonly groups: number;
  /** `[B, tokens, dim]` */
  readonly context: Value;
  /** Projections are linear layers (SD 2.x) instead of 1x1 convolutions. */
  readonly linearProjection: boolean;
  /** Id of the self-attention layer, `output.6`; without one it has no hook. */
  readonly id?: string;
}

/**
 * LDM's SpatialTransformer of depth 1 on `[B, C, H, W]`: tokens (index y * W + x) through self-attention (hooked),
 * cross-attention to the context and a feed-forward layer, each with its residual.
 */
export function spatialTransformer(layer: LayerContext, x: Value, options: SpatialTransformerOptions): Value {
  const channels = x.size(1);
  const toTokens = (picture: Value): Value =>
    picture.reshape([x.shape[0]!, channels, productOf(x.shape.slice(2))]).transpose([0, 2, 1]);
  const toPicture = (tokens: Value): Value => tokens.transpose([0, 2, 1]).reshape(x.shape);
  const { linearProjection, groups } = options;

  const normal = layer.block('norm', 'norm', (l) => groupNorm(l, x, { groups, epsilon: 1e-6 }));
  const tokens = layer.block('proj_in', 'proj_in', (l) =>
    linearProjection
      ? linear(l, toTokens(normal), { features: channels })
      : conv2d(l, normal, { channels, kernel: 1 }),
  );
  const mixed = layer.at('transformer_blocks.0', '', (l) =>
    transformerBlock(l, linearProjection ? tokens : toTokens(tokens), options),
  );
  const result = layer.block('proj_out', 'proj_out', (l) =>
    linearProjection
      ? toPicture(linear(l, mixed, { features: channels }))
      : conv2d(l, toPicture(mixed), { channels, kernel: 1 }),
  );
  return result.add(x);
}

function transformerBlock(layer: LayerContext, x: Value, options: SpatialTransformerOptions): Value {
  const norm = (name: string, value: Value): Value => layer.at(name, name, (l) => layerNorm(l, value));
  let tokens = x;
  const first = norm('norm1', tokens);
  tokens = tokens.add(layer.block('attn1', 'attn1', (l) => selfAttention(l, first, options)));
  const second = norm('norm2', tokens);
  tokens = tokens.add(layer.block('attn2', 'attn2', (l) => crossAttention(l, second, options)));
  const third = norm('norm3', tokens);
  return tokens.add(layer.block('ff', 'ff', (l) => feedForward(l, third)));
}

function selfAttention(layer: LayerContext, x: Value, { heads, id }: SpatialTransformerOptions): Value {
  const own = { ...projections(layer, x, x), heads };
  const mixed = attention(
    layer,
    id === undefined ? own : { ...attentionHook(layer, own, id), heads, scaled: true },
  );
  return layer.at('to_out.0', '', (l) => linear(l, mixed, { features: x.size(-1) }));
}

function crossAttention(layer: LayerContext, x: Value, { heads, context }: SpatialTransformerOptions): Value {
  const mixed = attention(layer, { ...projections(layer, x, context), heads });
  return layer.at('to_out.0', '', (l) => linear(l, mixed, { features: x.size(-1) }));
}

function projections(layer: LayerContext, x: Value, context: Value) {
  const features = x.size(-1);
  const project = (name: string, from: Value): Value =>
    layer.at(name, '', (l) => linear(l, from, { features, bias: false }));
  return { query: project('to_q', x), key: project('to_k', context), value: project('to_v', context) };
}
