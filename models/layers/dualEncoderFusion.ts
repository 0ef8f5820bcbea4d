import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { attention } from './attention.ts';
import { conv2d } from './conv2d.ts';
import { groupNorm } from './groupNorm.ts';
import type { LayerContext } from './layerContext.ts';
import { linear } from './linear.ts';

/** Of the authors, at any width. */
export const FUSION_HEADS = 8;
const NORM = { groups: 32, epsilon: 1e-6 };

export interface FusionOperands {
  /** `[B, C, h, w]`: what the adaptive encoder, and what the UNet's encoder makes of the picture. */
  readonly adapter: Value;
  readonly unet: Value;
  /** `[B, 1, h, w]` in [0, 1], 1 = foreground. */
  readonly mask: Value;
}

/**
 * Dual Encoder Fusion (PHDiffusion, arXiv 2308.02228, sec. 3.3; the authors' `CrossAttentionInteraction`): in the features
 * of either encoder the foreground looks at the background for its style, and both results become one foreground; the
 * background keeps the adapter's features. `[B, C, h, w]`. Where all keys are hidden (a mask of 1 everywhere) attention
 * is even over values of 0. The authors lay the tokens out as a square, which is all that ties theirs to one.
 */
export function dualEncoderFusion(layer: LayerContext, { adapter, unet, mask }: FusionOperands): Value {
  const channels = adapter.size(1);
  const background = layer.graph.scalar(1).sub(mask);
  const attend = (name: string, norm: string, features: Value): Value => {
    const normal = layer.at('norm', '', (l) => l.reveal(norm, groupNorm(l, features, NORM)));
    return layer.block(name, name, (l) => backgroundAttention(l, normal, { mask, background }));
  };
  const both = [attend('crossAtt_1', 'norm_adapter', adapter), attend('crossAtt_2', 'norm_unet', unet)];
  const joined = layer.at('fc', '', (l) => linear(l, both[0]!.concat([both[1]!], 2), { features: channels }));
  const picture = layer.reveal('fc', joined.transpose([0, 2, 1])).reshape(adapter.shape);
  const foreground = layer.block('conv1', 'conv1', (l) => conv2d(l, picture, { channels, kernel: 1 }));
  return foreground.mul(mask).add(adapter.mul(background));
}

/**
 * All positions ask, with what is foreground of them; keys and values are what is background. Only keys that are wholly
 * foreground are hidden: a soft edge shows as much as it has of the background.
 */
function backgroundAttention(
  layer: LayerContext,
  normal: Value,
  { mask, background }: { readonly mask: Value; readonly background: Value },
): Value {
  const [batch, channels] = [normal.shape[0]!, normal.size(1)];
  const tokens = productOf(normal.shape.slice(2));
  const toTokens = (picture: Value): Value => picture.reshape([batch, channels, tokens]).transpose([0, 2, 1]);
  const [asking, shown] = [toTokens(normal.mul(mask)), toTokens(normal.mul(background))];
  const project = (name: string, from: Value): Value =>
    layer.at(name, '', (l) => linear(l, from, { features: channels, bias: false }));
  const mixed = attention(layer, {
    query: project('to_q', asking),
    key: project('to_k', shown),
    value: project('to_v', shown),
    heads: FUSION_HEADS,
    hidden: mask.floor().reshape([batch, 1, 1, tokens]),
  });
  return layer.at('to_out.0', '', (l) => linear(l, mixed, { features: channels }));
}
