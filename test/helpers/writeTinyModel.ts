import { writeGeneratedModel } from '../../models/catalog/writeGeneratedModel.ts';

const unet = {
  block_out_channels: [32, 32, 32, 32],
  layers_per_block: 2,
  attention_head_dim: 2,
  cross_attention_dim: 8,
};
const vae = { block_out_channels: [32, 32, 32, 32], layers_per_block: 1, latent_channels: 4 };

/** Writes a small model of Stable Diffusion's topology with generated weights: downscale 8, 4 latent channels. */
export function writeTinyModel(folder: string): Promise<void> {
  return writeGeneratedModel(folder, { unet, vae });
}
