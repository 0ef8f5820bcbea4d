import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseAutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { parseClipTextConfig } from '../architectures/clipTextConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import { parseUNetConfig } from '../architectures/unetConfig.ts';
import { folderVocabulary } from '../text/clipVocabulary.ts';
import { currentVaeName } from '../weights/ldmNames.ts';
import { openWeights } from '../weights/openWeights.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { ModelParts, Network } from './modelParts.ts';
import { readJson } from './readJson.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './schedulerConfig.ts';

/**
 * The parts of a diffusers folder: `unet/` and `vae/`, if there also `text_encoder/` and
 * `scheduler/scheduler_config.json` (Stable Diffusion's schedule otherwise). Throws ModelError and WeightsError.
 */
export async function diffusersParts(folder: string): Promise<ModelParts> {
  const title = basename(folder);
  for (const part of ['unet', 'vae']) {
    if (await isFolder(join(folder, part))) continue;
    const message = `${title} has no ${part}/ folder; a diffusers model has unet/ and vae/, with config.json and weights`;
    throw new ModelError('layout', message);
  }
  const unet = await network(join(folder, 'unet'), ['diffusion_pytorch_model'], parseUNetConfig);
  const vae = await network(join(folder, 'vae'), ['diffusion_pytorch_model'], parseAutoencoderConfig);
  const text = (await isFolder(join(folder, 'text_encoder')))
    ? await network(join(folder, 'text_encoder'), ['model', 'pytorch_model'], parseClipTextConfig)
    : undefined;
  const vocabulary = text && (await folderVocabulary(join(folder, 'tokenizer')));
  return {
    layout: 'diffusers',
    unet,
    autoencoder: { config: vae.config, weights: renameWeights(vae.weights, currentVaeName) },
    ...(text ? { text: { ...text, ...(vocabulary ? { vocabulary } : {}) } } : {}),
    ...(await scheduler(folder)),
  };
}

async function network<Config>(
  folder: string,
  weightNames: readonly string[],
  parse: (json: unknown, file: string) => Config,
): Promise<Network<Config>> {
  const file = `${basename(folder)}/config.json`;
  const json = await readJson(join(folder, 'config.json'), file);
  if (json === undefined) throw new ModelError('config', `${file} is missing`);
  return { config: parse(json, file), weights: await openWeights(folder, weightNames) };
}

async function scheduler(folder: string): Promise<SchedulerConfig> {
  const file = 'scheduler/scheduler_config.json';
  const json = await readJson(join(folder, file), file);
  return json === undefined ? { schedule: {}, predictionType: 'epsilon' } : parseSchedulerConfig(json, file);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
