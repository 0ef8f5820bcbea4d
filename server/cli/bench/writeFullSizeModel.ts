import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAutoencoderConfig } from '../../../models/architectures/autoencoderConfig.ts';
import { parseUNetConfig } from '../../../models/architectures/unetConfig.ts';
import { generateWeights, type GeneratedNetwork } from '../../../models/catalog/generateWeights.ts';
import { writeSafetensors } from '../../../models/weights/writeSafetensors.ts';

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

/** Writes a model of Stable Diffusion 1.5's size with generated weights (diffusers layout, float32, 3.8 GB). */
export async function writeFullSizeModel(folder: string): Promise<void> {
  const unetConfig = parseUNetConfig(unet, 'unet/config.json');
  const vaeConfig = parseAutoencoderConfig(vae, 'vae/config.json');
  await writePart(join(folder, 'unet'), unet, { kind: 'unet', config: unetConfig });
  await writePart(join(folder, 'vae'), vae, { kind: 'autoencoder', config: vaeConfig });
}

async function writePart(folder: string, config: object, network: GeneratedNetwork): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeSafetensors(join(folder, 'diffusion_pytorch_model.safetensors'), generateWeights(network));
}
