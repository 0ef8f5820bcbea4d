import { basename, join } from 'node:path';
import { parseAutoencoderConfig } from '../architectures/autoencoderConfig.ts';
import { parseClipTextConfig } from '../architectures/clipTextConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import { lookAt } from '../files/lookAt.ts';
import { parseExemplarConfig } from '../architectures/exemplarConfig.ts';
import type { TensorShapes } from '../architectures/tensorShapes.ts';
import { parseUNetConfig } from '../architectures/unetConfig.ts';
import { folderVocabulary } from '../text/clipVocabulary.ts';
import { currentVaeName } from '../weights/ldmNames.ts';
import { openWeights } from '../weights/openWeights.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { checkUNetConfig } from './checkUNetConfig.ts';
import { classesOf, EXEMPLAR_ENCODER, exemplarFolder } from './exemplarFolder.ts';
import type { ModelParts, Network } from './modelParts.ts';
import type { NetworkKind } from './networkTensors.ts';
import { readJson } from './readJson.ts';
import { checkNetwork } from './recognition/checkNetwork.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './schedulerConfig.ts';

/**
 * What a diffusers folder holds: of `unet/`, `vae/`, `text_encoder/` and Paint by Example's `image_encoder/` those that
 * are there, and what `scheduler/scheduler_config.json` says (Stable Diffusion's schedule otherwise); or the one network whose `config.json`
 * lies in the folder itself. Throws ModelError and WeightsError.
 */
export async function diffusersParts(folder: string): Promise<ModelParts> {
  const title = basename(folder);
  const own = await readJson(join(folder, 'config.json'), `${title}/config.json`);
  const whole = own === undefined;
  const at = async (part: Part): Promise<string | undefined> => {
    if (!whole) return partOf(own) === part ? folder : undefined;
    return (await isFolder(join(folder, part))) ? join(folder, part) : undefined;
  };
  const [unet, vae, text] = [await at('unet'), await at('vae'), await at('text_encoder')];
  const vision = whole ? await exemplarFolder(folder) : await at('image_encoder');
  if (await isFolder(join(folder, 'text_encoder_2')))
    throw new ModelError('unsupported', `${title} is Stable Diffusion XL or larger; expected 1.x or 2.x`);
  if (!unet && !vae && !text && !vision) throw new ModelError('layout', noPart(title, own));
  return {
    title,
    layout: 'diffusers',
    ...(unet ? { unet: await unetIn(unet) } : {}),
    ...(vae ? { autoencoder: await autoencoderIn(vae) } : {}),
    ...(text ? { text: await textEncoderIn(text, join(folder, 'tokenizer')) } : {}),
    ...(vision ? { vision: await imageEncoderIn(vision) } : {}),
    ...(await scheduler(folder)),
  };
}

type Part = 'unet' | 'vae' | 'text_encoder' | 'image_encoder';

/** Which part a config.json describes, by the class that diffusers or transformers names in it. */
function partOf(config: unknown): Part | undefined {
  const { _class_name: name } = (config ?? {}) as Record<string, unknown>;
  if (name === 'UNet2DConditionModel') return 'unet';
  if (name === 'AutoencoderKL') return 'vae';
  const classes = classesOf(config);
  if (classes.includes(EXEMPLAR_ENCODER)) return 'image_encoder';
  return classes.some((each) => each.startsWith('CLIPTextModel')) ? 'text_encoder' : undefined;
}

function noPart(title: string, config: unknown): string {
  if (config === undefined)
    return `${title} has no unet/, vae/, text_encoder/ or image_encoder/ folder; a diffusers model has such folders, each with config.json and weights`;
  const name = (config as Record<string, unknown> | null)?.['_class_name'];
  return `${title}/config.json describes ${name === undefined ? 'no model class' : JSON.stringify(name).slice(0, 80)}; expected UNet2DConditionModel, AutoencoderKL, CLIPTextModel or ${EXEMPLAR_ENCODER}`;
}

/** What transformers calls weight files. */
const encoderFiles = ['model', 'pytorch_model'];

async function unetIn(folder: string) {
  const unet = await network(folder, ['diffusion_pytorch_model'], parseUNetConfig);
  checkUNetConfig(unet);
  return checked('unet', unet);
}

async function autoencoderIn(folder: string) {
  const { config, weights } = await network(folder, ['diffusion_pytorch_model'], parseAutoencoderConfig);
  return checked('autoencoder', { config, weights: renameWeights(weights, currentVaeName) });
}

async function textEncoderIn(folder: string, tokenizer: string) {
  const text = await network(folder, encoderFiles, parseClipTextConfig);
  const vocabulary = await folderVocabulary(tokenizer);
  return { ...checked('text', text), ...(vocabulary ? { vocabulary } : {}) };
}

async function imageEncoderIn(folder: string) {
  return checked('vision', await network(folder, encoderFiles, parseExemplarConfig));
}

/** Throws WeightsError when the tensors are not those that the configuration asks for. */
function checked<Kind extends NetworkKind['kind']>(
  kind: Kind,
  found: Network<Extract<NetworkKind, { kind: Kind }>['config']>,
): typeof found {
  const shapes = shapesOf(found.weights);
  const network = { kind, config: found.config } as NetworkKind;
  checkNetwork(shapes, { kind, title: found.weights.title, network });
  return found;
}

async function network<Config>(
  folder: string,
  weightNames: readonly string[],
  parse: (json: unknown, file: string, shapes: TensorShapes) => Config,
): Promise<Network<Config>> {
  const file = `${basename(folder)}/config.json`;
  const json = await readJson(join(folder, 'config.json'), file);
  if (json === undefined) throw new ModelError('config', `${file} is missing`);
  const weights = await openWeights(folder, weightNames);
  return { config: parse(json, file, shapesOf(weights)), weights };
}

function shapesOf({ tensors }: WeightSource): TensorShapes {
  return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
}

async function scheduler(folder: string): Promise<SchedulerConfig> {
  const file = 'scheduler/scheduler_config.json';
  const json = await readJson(join(folder, file), file);
  return json === undefined ? { schedule: {}, predictionType: 'epsilon' } : parseSchedulerConfig(json, file);
}

async function isFolder(path: string): Promise<boolean> {
  return (await lookAt(path))?.isDirectory() ?? false;
}
