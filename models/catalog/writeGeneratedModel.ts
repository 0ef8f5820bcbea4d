import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { parseUNetConfig } from '../architectures/unetConfig.ts';
import { writeSafetensors } from '../weights/writeSafetensors.ts';
import { generateWeights } from './generateWeights.ts';
import type { BuiltNetwork } from './networkTensors.ts';

/** What `unet/config.json` and `vae/config.json` say. */
export interface GeneratedModelConfig {
  readonly unet: Readonly<Record<string, unknown>>;
  readonly vae: Readonly<Record<string, unknown>>;
}

/** Writes a diffusers folder with generated float32 weights (see generateWeights), for measuring and testing. */
export async function writeGeneratedModel(
  folder: string,
  { unet, vae }: GeneratedModelConfig,
): Promise<void> {
  const unetConfig = parseUNetConfig(unet, 'unet/config.json');
  const vaeConfig = parseAutoencoderConfig(vae, 'vae/config.json');
  await writePart(join(folder, 'unet'), unet, { kind: 'unet', config: unetConfig });
  await writePart(join(folder, 'vae'), vae, { kind: 'autoencoder', config: vaeConfig });
}

async function writePart(folder: string, config: object, network: BuiltNetwork): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeSafetensors(join(folder, 'diffusion_pytorch_model.safetensors'), generateWeights(network));
}
