import type { AutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import type { ClipTextConfig } from '../architectures/clipTextConfig.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import type { ModelParts } from './modelParts.ts';

/** What parseUNetConfig reads, as diffusers writes it. */
export function unetConfigJson(config: UNetConfig): object {
  const named = (attends: readonly boolean[], kind: 'Down' | 'Up') =>
    attends.map((attention) => `${attention ? 'CrossAttn' : ''}${kind}Block2D`);
  return {
    _class_name: 'UNet2DConditionModel',
    in_channels: config.inChannels,
    out_channels: config.outChannels,
    block_out_channels: config.blockOutChannels,
    layers_per_block: config.layersPerBlock,
    down_block_types: named(config.downAttention, 'Down'),
    up_block_types: named(config.upAttention.toReversed(), 'Up'),
    mid_block_type: config.midAttention ? 'UNetMidBlock2DCrossAttn' : 'UNetMidBlock2D',
    attention_head_dim: config.heads,
    cross_attention_dim: config.crossAttentionDim,
    norm_num_groups: config.normGroups,
    norm_eps: config.normEpsilon,
    use_linear_projection: config.linearProjection,
    flip_sin_to_cos: config.flipSinToCos,
    freq_shift: config.freqShift,
  };
}

/** What parseAutoencoderConfig reads. */
export function autoencoderConfigJson(config: AutoencoderConfig): object {
  const levels = config.blockOutChannels;
  return {
    _class_name: 'AutoencoderKL',
    in_channels: config.inChannels,
    out_channels: config.outChannels,
    latent_channels: config.latentChannels,
    block_out_channels: levels,
    down_block_types: levels.map(() => 'DownEncoderBlock2D'),
    up_block_types: levels.map(() => 'UpDecoderBlock2D'),
    layers_per_block: config.layersPerBlock,
    norm_num_groups: config.normGroups,
    mid_block_add_attention: config.midAttention,
    use_quant_conv: config.quantConv,
    use_post_quant_conv: config.postQuantConv,
    scaling_factor: config.scalingFactor,
  };
}

/** What parseClipTextConfig reads. */
export function clipTextConfigJson(config: ClipTextConfig): object {
  return {
    architectures: ['CLIPTextModel'],
    model_type: 'clip_text_model',
    vocab_size: config.vocabulary,
    hidden_size: config.hidden,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediate,
    max_position_embeddings: config.positions,
    hidden_act: config.activation,
    layer_norm_eps: config.epsilon,
  };
}

/** What parseSchedulerConfig reads. */
export function schedulerConfigJson(
  { betaSchedule, betaStart, betaEnd, trainSteps, trainedBetas }: ModelParts['schedule'],
  predictionType: 'epsilon' | 'v_prediction',
): object {
  return {
    _class_name: 'DDIMScheduler',
    beta_schedule: betaSchedule ?? 'scaled_linear',
    beta_start: betaStart ?? 0.00085,
    beta_end: betaEnd ?? 0.012,
    num_train_timesteps: trainSteps ?? 1000,
    ...(trainedBetas ? { trained_betas: trainedBetas } : {}),
    prediction_type: predictionType,
    clip_sample: false,
    set_alpha_to_one: false,
    steps_offset: 1,
  };
}
