import { z } from 'zod';
import { parseConfig } from './parseConfig.ts';
import { countBlocks, MOST_BLOCKS, MOST_LEVELS, sizeOf, type TensorShapes } from './tensorShapes.ts';

/** What `autoencoderKL` is built from. */
export interface AutoencoderConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  /** Channels of each level, finest first. */
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normGroups: number;
  readonly midAttention: boolean;
  readonly quantConv: boolean;
  readonly postQuantConv: boolean;
  readonly scalingFactor: number;
}

const fields = z.object({
  in_channels: z.number().int().positive().default(3),
  out_channels: z.number().int().positive().default(3),
  latent_channels: z.number().int().positive().default(4),
  block_out_channels: z.array(z.number().int().positive()).min(1).max(MOST_LEVELS).default([64]),
  layers_per_block: z.number().int().positive().max(MOST_BLOCKS).default(1),
  norm_num_groups: z.number().int().positive().default(32),
  mid_block_add_attention: z.boolean().default(true),
  use_quant_conv: z.boolean().default(true),
  use_post_quant_conv: z.boolean().default(true),
  scaling_factor: z.number().positive().default(0.18215),
  down_block_types: z.array(z.literal('DownEncoderBlock2D')).optional(),
  up_block_types: z.array(z.literal('UpDecoderBlock2D')).optional(),
});

/** Fields of diffusers' AutoencoderKL that change the network, with the only values built here. */
const supported: Readonly<Record<string, readonly unknown[]>> = {
  act_fn: ['silu', 'swish'],
  shift_factor: [0],
  latents_mean: [],
  latents_std: [],
};

/** Reads a diffusers `vae/config.json`. Throws ModelError naming the field that is wrong or not supported. */
export function parseAutoencoderConfig(json: unknown, file: string): AutoencoderConfig {
  const raw = parseConfig({ json, file, schema: fields, supported });
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    latentChannels: raw.latent_channels,
    blockOutChannels: raw.block_out_channels,
    layersPerBlock: raw.layers_per_block,
    normGroups: raw.norm_num_groups,
    midAttention: raw.mid_block_add_attention,
    quantConv: raw.use_quant_conv,
    postQuantConv: raw.use_post_quant_conv,
    scalingFactor: raw.scaling_factor,
  };
}

/** Reads the configuration off the shapes of an autoencoder under diffusers names. Throws ModelError. */
export function autoencoderConfigFromShapes(shapes: TensorShapes, file: string): AutoencoderConfig {
  const size = (name: string, axis: number) => sizeOf(shapes, name, { axis, file });
  const levels = countBlocks(shapes, 'encoder.down_blocks', MOST_LEVELS);
  return {
    inChannels: size('encoder.conv_in.weight', 1),
    outChannels: size('decoder.conv_out.weight', 0),
    latentChannels: size('decoder.conv_in.weight', 1),
    blockOutChannels: Array.from({ length: levels }, (_, level) =>
      size(`encoder.down_blocks.${level}.resnets.0.conv1.weight`, 0),
    ),
    layersPerBlock: countBlocks(shapes, 'encoder.down_blocks.0.resnets'),
    normGroups: 32,
    midAttention: shapes.has('encoder.mid_block.attentions.0.to_q.weight'),
    quantConv: shapes.has('quant_conv.weight'),
    postQuantConv: shapes.has('post_quant_conv.weight'),
    scalingFactor: 0.18215,
  };
}
