import { parseAutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { parseUNetConfig } from '../architectures/unetConfig.ts';
import { generateWeights } from '../catalog/generateWeights.ts';
import type { ModelParts } from '../catalog/modelParts.ts';
import type { With } from '../catalog/withParts.ts';

/** Pixels of a side of the latent. */
export const PROBE_SIZE = 32;
export const PROBE_TOKENS = 77;
export const PROBE_CONTEXT = 64;

/**
 * A small Stable Diffusion with generated weights: every operator of the large one, in sizes at which a GPU's kernels
 * for large matrices are chosen; 15 GFLOP an evaluation.
 */
export function probeModel(): With<ModelParts, 'unet' | 'autoencoder'> {
  const unet = parseUNetConfig(
    {
      block_out_channels: [160, 320],
      layers_per_block: 1,
      attention_head_dim: [4, 8],
      cross_attention_dim: PROBE_CONTEXT,
      down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
      up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
    },
    'the probe',
  );
  const autoencoder = parseAutoencoderConfig(
    { block_out_channels: [32, 64], layers_per_block: 1, latent_channels: 4 },
    'the probe',
  );
  return {
    title: 'the probe',
    layout: 'diffusers',
    unet: { config: unet, weights: generateWeights({ kind: 'unet', config: unet }) },
    autoencoder: {
      config: autoencoder,
      weights: generateWeights({ kind: 'autoencoder', config: autoencoder }),
    },
    schedule: {},
    predictionType: 'epsilon',
  };
}
