import { writeGeneratedModel } from '../../../models/catalog/writeGeneratedModel.ts';

/** Configurations of the published Stable Diffusion 1.5, the fields that shape the networks. */
const unet = {
  _class_name: 'UNet2DConditionModel',
  in_channels: 4,
  out_channels: 4,
  block_out_channels: [320, 640, 1280, 1280],
  layers_per_block: 2,
  attention_head_dim: 8,
  cross_attention_dim: 768,
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
};
const vae = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [128, 256, 512, 512],
  layers_per_block: 2,
  latent_channels: 4,
};

/**
 * Writes a model of Stable Diffusion 1.5's size with generated weights (diffusers layout, float32, 3.8 GB); with 9
 * channels, of Paint by Example's.
 */
export function writeFullSizeModel(folder: string, { channels = 4 } = {}): Promise<void> {
  return writeGeneratedModel(folder, { unet: { ...unet, in_channels: channels }, vae });
}
