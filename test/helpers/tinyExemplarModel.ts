import type { ExemplarConfig } from '../../models/architectures/exemplarConfig.ts';
import { parseUNetConfig } from '../../models/architectures/unetConfig.ts';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import type { ModelParts } from '../../models/catalog/modelParts.ts';
import { tensor, type Tensor } from '../../models/tensor/tensor.ts';

/** A small UNet with generated weights; 9 channels make it one for inpainting. */
export function tinyUNet(channels: number) {
  const config = parseUNetConfig(
    {
      in_channels: channels,
      block_out_channels: [32, 32],
      layers_per_block: 1,
      cross_attention_dim: 24,
      attention_head_dim: 2,
      down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'],
      up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D'],
    },
    'unet',
  );
  return { config, weights: generateWeights({ kind: 'unet', config }) };
}

const visionConfig: ExemplarConfig = {
  hidden: 32,
  layers: 2,
  heads: 2,
  intermediate: 64,
  imageSize: 28,
  patchSize: 14,
  activation: 'quick_gelu',
  epsilon: 1e-5,
  mapperBlocks: 1,
  contextDim: 24,
};

/** Paint by Example's topology with generated weights, without the autoencoder: pictures of 28 x 28, a context of 24. */
export function tinyExemplarModel(): ModelParts {
  const vision = { config: visionConfig, weights: generateWeights({ kind: 'vision', config: visionConfig }) };
  const facts = { title: 'model', layout: 'diffusers', schedule: {}, predictionType: 'epsilon' } as const;
  return { ...facts, unet: tinyUNet(9), vision };
}

/** Values between -1 and 1 that differ from each other. */
export function wave(shape: readonly number[]): Tensor {
  return tensor(
    shape,
    tensor(shape).data.map((_, i) => Math.sin(i * 1.7)),
  );
}
