import type { Graph } from '../graph/graph.ts';
import { adapterBlock } from '../layers/adapterBlock.ts';
import { conv2d } from '../layers/conv2d.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { pixelUnshuffle } from '../layers/pixelUnshuffle.ts';
import { ADAPTER_DOWNSCALE, BLOCKS_PER_LEVEL, type AdaptiveEncoderConfig } from './adapterConfig.ts';

export interface AdaptiveEncoderOptions extends LayerOptions {
  readonly config: AdaptiveEncoderConfig;
  /** Whether blocks add their input to their output (the authors' Adapter) or not (their NoRes_Adapter). */
  readonly residual: boolean;
  /** How levels halve an odd size: `up` unless given, as the UNet's do; the authors' go `down`, and do not fit then. */
  readonly rounding?: 'up' | 'down';
  /** Size of the picture, in multiples of 8. */
  readonly height: number;
  readonly width: number;
}

/**
 * PHDiffusion's adaptive encoder (arXiv 2308.02228, sec. 3.2) as a graph: inputs `pixels` [B, 3, H, W] in [-1, 1] and
 * `mask` [B, 1, H, W], outputs `feature_0`, `feature_1`, ... [B, C, h, w], the first at the size of the latent and every
 * further one half as large. What can be exposed: `conv_in`.
 */
export function adaptiveEncoder(options: AdaptiveEncoderOptions): Graph {
  const { config, residual, rounding = 'up', height, width } = options;
  const root = new LayerContext(options);
  const { graph } = root;
  const pixels = graph.input('pixels', ['B', 3, height, width]);
  const mask = graph.input('mask', ['B', 1, height, width]);
  const folded = pixelUnshuffle(pixels.concat([mask], 1), ADAPTER_DOWNSCALE);
  let x = root.block('conv_in', 'conv_in', (l) => conv2d(l, folded, { channels: config.levelChannels[0]! }));
  for (const [level, channels] of config.levelChannels.entries()) {
    for (let block = 0; block < BLOCKS_PER_LEVEL; block++) {
      const name = `body.${level * BLOCKS_PER_LEVEL + block}`;
      const input = x;
      const halves = level > 0 && block === 0 ? rounding : undefined;
      x = root.at(name, name, (l) => adapterBlock(l, input, { channels, halves, residual }));
    }
    graph.output(`feature_${level}`, x);
  }
  root.checkExposed();
  return graph;
}
