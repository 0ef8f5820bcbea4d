import { z } from 'zod';
import { ModelError } from './modelError.ts';
import { parseConfig } from './parseConfig.ts';
import { MOST_BLOCKS, MOST_LEVELS } from './tensorShapes.ts';

/** What `unet2dCondition` is built from. */
export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Channels of each level, finest first. */
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  /** Whether a level has transformers, on the way down and on the way up; finest first, both. */
  readonly downAttention: readonly boolean[];
  readonly upAttention: readonly boolean[];
  readonly midAttention: boolean;
  /** Number of heads of each level, finest first. */
  readonly heads: readonly number[];
  readonly crossAttentionDim: number;
  readonly normGroups: number;
  readonly normEpsilon: number;
  readonly linearProjection: boolean;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

const perLevel = z.union([z.number().int().positive(), z.array(z.number().int().positive())]);

const fields = z.object({
  in_channels: z.number().int().positive().default(4),
  out_channels: z.number().int().positive().default(4),
  block_out_channels: z
    .array(z.number().int().positive())
    .min(1)
    .max(MOST_LEVELS)
    .default([320, 640, 1280, 1280]),
  layers_per_block: z.number().int().positive().max(MOST_BLOCKS).default(2),
  down_block_types: z.array(z.string()).optional(),
  up_block_types: z.array(z.string()).optional(),
  mid_block_type: z.string().nullish(),
  attention_head_dim: perLevel.nullish(),
  num_attention_heads: perLevel.nullish(),
  cross_attention_dim: z.number().int().positive().default(1280),
  norm_num_groups: z.number().int().positive().default(32),
  norm_eps: z.number().positive().default(1e-5),
  use_linear_projection: z.boolean().default(false),
  flip_sin_to_cos: z.boolean().default(true),
  freq_shift: z.number().default(0),
});

/** Fields of diffusers' UNet2DConditionModel that change the network, with the only values built here. */
const supported: Readonly<Record<string, readonly unknown[]>> = {
  act_fn: ['silu', 'swish'],
  transformer_layers_per_block: [1],
  reverse_transformer_layers_per_block: [],
  center_input_sample: [false],
  downsample_padding: [1],
  mid_block_scale_factor: [1],
  dropout: [0],
  only_cross_attention: [false],
  mid_block_only_cross_attention: [false],
  dual_cross_attention: [false],
  class_embed_type: [],
  num_class_embeds: [],
  addition_embed_type: [],
  encoder_hid_dim: [],
  encoder_hid_dim_type: [],
  resnet_time_scale_shift: ['default'],
  resnet_skip_time_act: [false],
  resnet_out_scale_factor: [1],
  time_embedding_type: ['positional'],
  time_embedding_dim: [],
  time_embedding_act_fn: [],
  timestep_post_act: [],
  time_cond_proj_dim: [],
  conv_in_kernel: [3],
  conv_out_kernel: [3],
  attention_type: ['default'],
  cross_attention_norm: [],
  class_embeddings_concat: [false],
};

/** Reads a diffusers `unet/config.json`. Throws ModelError naming the field that is wrong or not supported. */
export function parseUNetConfig(json: unknown, file: string): UNetConfig {
  const raw = parseConfig({ json, file, schema: fields, supported });
  const levels = raw.block_out_channels.length;
  const attention = (field: 'down_block_types' | 'up_block_types', names: BlockNames): boolean[] => {
    const types = raw[field] ?? names.defaults(levels);
    if (types.length !== levels) {
      const message = `${file}: ${field} has ${types.length} entries, block_out_channels has ${levels}`;
      throw new ModelError('config', message);
    }
    return types.map((type) => {
      if (type === names.attention) return true;
      if (type === names.plain) return false;
      throw new ModelError('unsupported', `${file}: ${field} holds ${type}, which is not supported`);
    });
  };
  return {
    inChannels: raw.in_channels,
    outChannels: raw.out_channels,
    blockOutChannels: raw.block_out_channels,
    layersPerBlock: raw.layers_per_block,
    downAttention: attention('down_block_types', downNames),
    upAttention: attention('up_block_types', upNames).reverse(),
    midAttention: midAttention(raw.mid_block_type, file),
    heads: headsPerLevel(
      raw.num_attention_heads ?? raw.attention_head_dim ?? 8,
      raw.block_out_channels,
      file,
    ),
    crossAttentionDim: raw.cross_attention_dim,
    normGroups: raw.norm_num_groups,
    normEpsilon: raw.norm_eps,
    linearProjection: raw.use_linear_projection,
    flipSinToCos: raw.flip_sin_to_cos,
    freqShift: raw.freq_shift,
  };
}

interface BlockNames {
  readonly attention: string;
  readonly plain: string;
  defaults(levels: number): readonly string[];
}

/** Attention on every level but the coarsest, as in Stable Diffusion. */
const downNames: BlockNames = {
  attention: 'CrossAttnDownBlock2D',
  plain: 'DownBlock2D',
  defaults: (n) => Array.from({ length: n }, (_, i) => (i < n - 1 ? 'CrossAttnDownBlock2D' : 'DownBlock2D')),
};
const upNames: BlockNames = {
  attention: 'CrossAttnUpBlock2D',
  plain: 'UpBlock2D',
  defaults: (n) => Array.from({ length: n }, (_, i) => (i > 0 ? 'CrossAttnUpBlock2D' : 'UpBlock2D')),
};

function midAttention(type: string | null | undefined, file: string): boolean {
  if (type === undefined || type === 'UNetMidBlock2DCrossAttn') return true;
  if (type === 'UNetMidBlock2D') return false;
  throw new ModelError('unsupported', `${file}: mid_block_type is ${type}, which is not supported`);
}

/** In diffusers' configs of SD 1.x and 2.x `attention_head_dim` is, despite its name, the number of heads. */
function headsPerLevel(
  heads: number | readonly number[],
  channels: readonly number[],
  file: string,
): number[] {
  const list = typeof heads === 'number' ? channels.map(() => heads) : [...heads];
  if (list.length !== channels.length) {
    const message = `${file}: attention_head_dim has ${list.length} entries, block_out_channels has ${channels.length}`;
    throw new ModelError('config', message);
  }
  return list;
}
