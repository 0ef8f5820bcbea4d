import type { Graph } from '../graph/graph.ts';
import { dualEncoderFusion } from '../layers/dualEncoderFusion.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';

export interface FusionBlockOptions extends LayerOptions {
  readonly block: number;
  readonly channels: number;
  /** Size of the features. */
  readonly height: number;
  readonly width: number;
}

/**
 * One Dual Encoder Fusion block by itself: inputs `adapter` and `unet` [B, C, h, w] and `mask` [B, 1, h, w], output
 * `fused` [B, C, h, w]. Inside a UNet it is part of that graph: see unet2dCondition.
 */
export function fusionBlock(options: FusionBlockOptions): Graph {
  const { block, channels, height, width } = options;
  const root = new LayerContext(options);
  const { graph } = root;
  const feature = (name: string) => graph.input(name, ['B', channels, height, width]);
  const operands = { adapter: feature('adapter'), unet: feature('unet') };
  const mask = graph.input('mask', ['B', 1, height, width]);
  graph.output(
    'fused',
    root.at(`${block}`, '', (l) => dualEncoderFusion(l, { ...operands, mask })),
  );
  root.checkExposed();
  return graph;
}
