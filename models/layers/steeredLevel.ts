import type { Value } from '../graph/value.ts';
import { dualEncoderFusion } from './dualEncoderFusion.ts';
import type { LayerContext } from './layerContext.ts';

export interface SteeredLevelOptions {
  readonly level: number;
  /** The fusion block that stands there; absent = features are added as they are. */
  readonly block?: number | undefined;
}

/**
 * Lets features from outside join a UNet's way down after a level's last layer (PHDiffusion, arXiv 2308.02228):
 * x + strength * features, or what a fusion block makes of both. Inputs `features.LEVEL` [B, C, h, w], `strength.LEVEL`
 * [1, 1, 1, 1] and, for a fusion block, `mask.LEVEL` [B, 1, h, w]; weights `interact_blocks.BLOCK`.
 */
export function steeredLevel(layer: LayerContext, x: Value, options: SteeredLevelOptions): Value {
  const { level, block } = options;
  const { graph } = layer;
  const features = graph.input(`features.${level}`, x.shape);
  const strength = graph.input(`strength.${level}`, [1, 1, 1, 1]);
  const joining = block === undefined ? features : fused(layer, { x, features, level, block });
  return layer.reveal(`steered.${level}`, x.add(joining.mul(strength)));
}

function fused(
  layer: LayerContext,
  { x, features, level, block }: { x: Value; features: Value; level: number; block: number },
): Value {
  const [batch, , height, width] = x.shape;
  const mask = layer.graph.input(`mask.${level}`, [batch!, 1, height!, width!]);
  const name = `interact_blocks.${block}`;
  return layer.block(name, name, (l) => dualEncoderFusion(l, { adapter: features, unet: x, mask }));
}
