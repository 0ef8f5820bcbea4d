import { describe, expect, it } from 'vitest';
import { parseAutoencoderConfig } from '../../../models/architectures/autoencoderConfig.ts';
import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import { unetAttentionLayers } from '../../../models/architectures/unetAttentionLayers.ts';
import { parseUNetConfig } from '../../../models/architectures/unetConfig.ts';
import { parseSchedulerConfig } from '../../../models/catalog/schedulerConfig.ts';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { memoryWeights } from '../../../models/weights/memoryWeights.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import type { WeightInfo, WeightSource } from '../../../models/weights/weightSource.ts';

describe('scheduler/scheduler_config.json', () => {
  it('reads what shapes the schedule', () => {
    const json = { beta_schedule: 'linear', beta_start: 0.0001, beta_end: 0.02, trained_betas: null };
    expect(parseSchedulerConfig(json, 'f')).toMatchObject({
      schedule: { betaSchedule: 'linear', betaStart: 0.0001, betaEnd: 0.02, trainSteps: 1000 },
      predictionType: 'epsilon',
    });
  });

  it.each([
    [{ beta_schedule: 'sigmoid' }, 'f: beta_schedule is "sigmoid"; expected one of "scaled_linear"'],
    [{ num_train_timesteps: 1e9 }, 'f: num_train_timesteps is 1000000000; '],
    [{ num_train_timesteps: -1 }, 'f: num_train_timesteps is -1; '],
    [{ beta_start: 'x' }, 'f: beta_start is "x"; expected number'],
    [{ trained_betas: [0.1, 'x'] }, 'f: trained_betas.1 is "x"; expected number'],
    [{ rescale_betas_zero_snr: true }, 'f: rescale_betas_zero_snr is true, which is not supported'],
  ])('refuses %j', (json, message) => {
    expect(() => parseSchedulerConfig(json, 'f')).toThrow(message);
  });
});

describe('unet/config.json', () => {
  it('reads Stable Diffusion 1.x and 2.x', () => {
    const one = parseUNetConfig({ block_out_channels: [320, 640, 1280, 1280], attention_head_dim: 8 }, 'f');
    expect(one).toMatchObject({ heads: [8, 8, 8, 8], linearProjection: false });
    expect(one.downAttention).toEqual([true, true, true, false]);
    expect(one.upAttention).toEqual([true, true, true, false]);
    const two = {
      attention_head_dim: [5, 10, 20, 20],
      use_linear_projection: true,
      cross_attention_dim: 1024,
    };
    expect(parseUNetConfig(two, 'f')).toMatchObject({ heads: [5, 10, 20, 20], crossAttentionDim: 1024 });
  });

  it.each([
    [{ act_fn: 'gelu' }, 'f: act_fn is "gelu", which is not supported'],
    [{ transformer_layers_per_block: [1, 2, 10] }, 'transformer_layers_per_block is [1,2,10]'],
    [{ class_embed_type: 'timestep' }, 'class_embed_type is "timestep"'],
    [
      { down_block_types: ['AttnDownBlock2D', 'DownBlock2D', 'DownBlock2D', 'DownBlock2D'] },
      'holds AttnDownBlock2D',
    ],
    [{ down_block_types: ['DownBlock2D'] }, 'down_block_types has 1 entries, block_out_channels has 4'],
    [{ attention_head_dim: [8] }, 'attention_head_dim has 1 entries'],
    [{ in_channels: 'four' }, 'f: in_channels is "four"; expected number'],
    [{ block_out_channels: [] }, 'f: block_out_channels is []; '],
    ['text', 'f: the document is "text"; expected object'],
  ])('refuses %j', (json, message) => {
    expect(() => parseUNetConfig(json, 'f')).toThrow(message);
  });
});

describe('vae/config.json', () => {
  it('has the defaults of Stable Diffusion', () => {
    expect(parseAutoencoderConfig({}, 'f')).toMatchObject({ scalingFactor: 0.18215, midAttention: true });
  });
  it('refuses a shift', () => {
    expect(() => parseAutoencoderConfig({ shift_factor: 0.1 }, 'f')).toThrow('shift_factor is 0.1');
  });
});

describe('binding weights', () => {
  const config = parseUNetConfig(
    { block_out_channels: [32, 64], layers_per_block: 1, attention_head_dim: 4, cross_attention_dim: 8 },
    'f',
  );
  const whole = generateWeights({ kind: 'unet', config });
  const build = (source: WeightSource) => {
    const bound = parameters(source);
    unet2dCondition({ config, parameters: bound, attention: 'plain', height: 8, width: 8 });
    return bound;
  };
  const changed = (change: (tensors: Map<string, WeightInfo>) => void): WeightSource => {
    const tensors = new Map(whole.tensors);
    change(tensors);
    return { ...whole, title: 'my.safetensors', tensors };
  };

  it('accepts what it generates, and more', () => {
    const more = changed((tensors) => tensors.set('model_ema.decay', { dtype: 'float32', shape: [] }));
    expect(() => build(more).check()).not.toThrow();
  });

  it('lists what is missing', () => {
    expect(() => build(memoryWeights('my.safetensors', new Map())).check()).toThrow(
      new RegExp(
        `^my.safetensors: ${whole.tensors.size} tensors are missing: time_embedding.linear_1.weight; .*; \\.\\.\\.$`,
      ),
    );
  });

  it('lists what has another shape', () => {
    const source = changed((tensors) => tensors.set('conv_out.bias', { dtype: 'float32', shape: [3] }));
    expect(() => build(source).check()).toThrow(
      'my.safetensors: 1 tensor is of another shape than expected: conv_out.bias [3], expected [4]',
    );
  });

  it('refuses to expose what is not there', () => {
    const options = { config, attention: 'plain', height: 8, width: 8, expose: ['input_blocks.99'] } as const;
    expect(() => unet2dCondition({ ...options, parameters: parameters(whole) })).toThrow(
      "there is no layer 'input_blocks.99' to expose",
    );
  });

  it('numbers self-attention layers by their block', () => {
    const full = parseUNetConfig({}, 'f');
    const ids = unetAttentionLayers(full).map(({ id }) => id);
    expect(ids).toEqual([
      ...[1, 2, 4, 5, 7, 8].map((n) => `input.${n}`),
      'middle',
      ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `output.${n}`),
    ]);
    expect(unetAttentionLayers(full).find(({ id }) => id === 'output.6')).toMatchObject({
      channels: 640,
      downscale: 2,
    });
  });
});
