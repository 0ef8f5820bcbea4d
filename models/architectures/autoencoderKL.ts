import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { conv2d } from '../layers/conv2d.ts';
import { groupNorm } from '../layers/groupNorm.ts';
import { LayerContext, type LayerOptions } from '../layers/layerContext.ts';
import { pixelAttention } from '../layers/pixelAttention.ts';
import { resBlock } from '../layers/resBlock.ts';
import { silu } from '../layers/silu.ts';
import { upsample } from '../layers/upsample.ts';
import type { AutoencoderConfig } from './autoencoderConfig.ts';

export interface AutoencoderOptions extends LayerOptions {
  readonly config: AutoencoderConfig;
  /** Size of the graph's input: pixels for the encoder, the latent for the decoder. */
  readonly height: number;
  readonly width: number;
}

/** Every GroupNorm of the autoencoder has this epsilon. */
const EPSILON = 1e-6;

/**
 * The encoder of AutoencoderKL (arXiv 2112.10752) as a graph: input `pixels` [B, 3, H, W] in [-1, 1], output `moments`
 * [B, 2C, H/d, W/d], the mean's channels and then the log variance's, not clamped. Scopes are LDM's
 * (`encoder.down.0.block.1`, `quant_conv`).
 */
export function autoencoderEncoder(options: AutoencoderOptions): Graph {
  const { config, height, width } = options;
  const root = new LayerContext(options);
  const pixels = root.graph.input('pixels', ['B', config.inChannels, height, width]);
  const channels = config.latentChannels * 2;
  const hidden = root.at('encoder', 'encoder', (encoder) => encoderLayers(encoder, pixels, config));
  const moments = config.quantConv
    ? root.block('quant_conv', 'quant_conv', (l) => conv2d(l, hidden, { channels, kernel: 1 }))
    : hidden;
  root.graph.output('moments', moments);
  root.checkExposed();
  return root.graph;
}

function encoderLayers(encoder: LayerContext, pixels: Value, config: AutoencoderConfig): Value {
  const { blockOutChannels, layersPerBlock } = config;
  const norm = { groups: config.normGroups, epsilon: EPSILON };
  let x = encoder.block('conv_in', 'conv_in', (l) => conv2d(l, pixels, { channels: blockOutChannels[0]! }));
  for (const [level, channels] of blockOutChannels.entries()) {
    const weights = `down_blocks.${level}`;
    for (let i = 0; i < layersPerBlock; i++) {
      const input = x;
      const options = { channels, ...norm };
      x = encoder.block(`${weights}.resnets.${i}`, `down.${level}.block.${i}`, (l) =>
        resBlock(l, input, options),
      );
    }
    if (level === blockOutChannels.length - 1) break;
    // The authors pad on the right and at the bottom only.
    const options = { channels, stride: 2, pads: [0, 0, 1, 1] } as const;
    const input = x;
    x = encoder.block(`${weights}.downsamplers.0.conv`, `down.${level}.downsample`, (l) =>
      conv2d(l, input, options),
    );
  }
  return tail(encoder, middle(encoder, x, config), { channels: config.latentChannels * 2, ...norm });
}

/**
 * The decoder as a graph: input `latent` [B, C, h, w], not scaled (see AutoencoderConfig.scalingFactor), output `pixels`
 * [B, 3, h*d, w*d], not clamped. `decoder.up` is numbered by resolution, as in LDM: it runs from the last to the first.
 */
export function autoencoderDecoder(options: AutoencoderOptions): Graph {
  const { config, height, width } = options;
  const root = new LayerContext(options);
  const channels = config.latentChannels;
  const latent = root.graph.input('latent', ['B', channels, height, width]);
  const hidden = config.postQuantConv
    ? root.block('post_quant_conv', 'post_quant_conv', (l) => conv2d(l, latent, { channels, kernel: 1 }))
    : latent;
  const pixels = root.at('decoder', 'decoder', (decoder) => decoderLayers(decoder, hidden, config));
  root.graph.output('pixels', pixels);
  root.checkExposed();
  return root.graph;
}

function decoderLayers(decoder: LayerContext, latent: Value, config: AutoencoderConfig): Value {
  const { blockOutChannels, layersPerBlock } = config;
  const levels = blockOutChannels.length;
  const norm = { groups: config.normGroups, epsilon: EPSILON };
  const first = decoder.block('conv_in', 'conv_in', (l) =>
    conv2d(l, latent, { channels: blockOutChannels.at(-1)! }),
  );
  let x = middle(decoder, first, config);
  for (let step = 0; step < levels; step++) {
    const level = levels - 1 - step;
    const weights = `up_blocks.${step}`;
    for (let i = 0; i <= layersPerBlock; i++) {
      const input = x;
      const options = { channels: blockOutChannels[level]!, ...norm };
      x = decoder.block(`${weights}.resnets.${i}`, `up.${level}.block.${i}`, (l) =>
        resBlock(l, input, options),
      );
    }
    if (level === 0) break;
    const input = x;
    x = decoder.block(`${weights}.upsamplers.0`, `up.${level}.upsample`, (l) => upsample(l, input));
  }
  return tail(decoder, x, { channels: config.outChannels, ...norm });
}

function middle(side: LayerContext, x: Value, config: AutoencoderConfig): Value {
  const norm = { groups: config.normGroups, epsilon: EPSILON };
  const options = { channels: x.size(1), ...norm };
  return side.at('mid_block', 'mid', (mid) => {
    const first = mid.block('resnets.0', 'block_1', (l) => resBlock(l, x, options));
    const attended = config.midAttention
      ? mid.block('attentions.0', 'attn_1', (l) => pixelAttention(l, first, norm))
      : first;
    return mid.block('resnets.1', 'block_2', (l) => resBlock(l, attended, options));
  });
}

function tail(
  side: LayerContext,
  x: Value,
  options: { channels: number; groups: number; epsilon: number },
): Value {
  const normal = side.at('conv_norm_out', 'norm_out', (l) => groupNorm(l, x, options));
  return side.block('conv_out', 'conv_out', (l) => conv2d(l, silu(normal), { channels: options.channels }));
}
