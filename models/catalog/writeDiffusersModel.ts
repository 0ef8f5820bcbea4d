import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedVocabulary } from '../text/clipVocabulary.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { writeSafetensors } from '../weights/writeSafetensors.ts';
import {
  autoencoderConfigJson,
  clipTextConfigJson,
  schedulerConfigJson,
  unetConfigJson,
} from './diffusersConfigs.ts';
import type { ModelParts, PredictionType, TextNetwork } from './modelParts.ts';

/** Writes UNet, autoencoder and text encoder, as far as they are there, as a diffusers folder. Throws WeightsError. */
export async function writeDiffusersModel(
  folder: string,
  { unet, autoencoder, text, schedule }: ModelParts,
  predictionType: PredictionType,
): Promise<void> {
  const weights = 'diffusion_pytorch_model.safetensors';
  if (unet)
    await writePart(join(folder, 'unet'), unetConfigJson(unet.config), { weights, source: unet.weights });
  if (autoencoder) {
    const config = autoencoderConfigJson(autoencoder.config);
    await writePart(join(folder, 'vae'), config, { weights, source: autoencoder.weights });
  }
  if (text) {
    const config = clipTextConfigJson(text.config);
    const part = { weights: 'model.safetensors', source: text.weights };
    await writePart(join(folder, 'text_encoder'), config, part);
    await writeTokenizer(join(folder, 'tokenizer'), text);
  }
  await mkdir(join(folder, 'scheduler'), { recursive: true });
  await writeJson(
    join(folder, 'scheduler', 'scheduler_config.json'),
    schedulerConfigJson(schedule, predictionType),
  );
}

async function writePart(
  folder: string,
  config: object,
  { weights, source }: { weights: string; source: WeightSource },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'config.json'), config);
  await writeSafetensors(join(folder, weights), source, { format: 'pt' });
}

/** What folderVocabulary reads. */
async function writeTokenizer(folder: string, { vocabulary, config }: TextNetwork): Promise<void> {
  const words = vocabulary ?? (await publishedVocabulary());
  const padding = words.padding ?? config.padding;
  const pad = Object.entries(words.vocabulary).find(([, number]) => number === padding)?.[0];
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'vocab.json'), words.vocabulary);
  const merges = words.merges.map((pair) => pair.join(' ')).join('\n');
  await writeFile(join(folder, 'merges.txt'), `#version: 0.2\n${merges}\n`);
  if (pad !== undefined) await writeJson(join(folder, 'special_tokens_map.json'), { pad_token: pad });
}

const writeJson = (path: string, value: object): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
