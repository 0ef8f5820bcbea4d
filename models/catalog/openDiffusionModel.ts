import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelError } from '../architectures/modelError.ts';
import type { Device } from '../runtime/device.ts';
import type { SessionPool } from '../runtime/sessionPool.ts';
import { hashWeights } from '../weights/hashWeights.ts';
import type { TextEncoder } from '../text/textEncoder.ts';
import { openWeightFile } from '../weights/openWeightFile.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { checkParts } from './checkParts.ts';
import { clipTextEncoder } from './clipTextEncoder.ts';
import type { DiffusionModel } from './diffusionModel.ts';
import { diffusersParts } from './diffusersParts.ts';
import { emptyPromptContext } from './emptyPrompt.ts';
import { klAutoencoder, type ExposingAutoencoder } from './klAutoencoder.ts';
import type { ModelParts } from './modelParts.ts';
import { singleFileParts, type SingleFileHints } from './singleFileParts.ts';
import { unetDenoiser, type ExposingDenoiser } from './unetDenoiser.ts';

export interface OpenModelOptions {
  readonly pool: SessionPool;
  /** The CPU unless given. */
  readonly device?: Device;
  /** Names of inner values to hand back, see unet2dCondition and autoencoderKL. */
  readonly expose?: { readonly unet?: readonly string[]; readonly autoencoder?: readonly string[] };
}

/** A diffusion model whose networks also hand back inner values. */
export interface OpenedModel extends DiffusionModel {
  readonly denoiser: ExposingDenoiser;
  readonly autoencoder: ExposingAutoencoder;
  readonly parts: ModelParts;
}

/**
 * Opens a Stable Diffusion model: a diffusers folder, or a single file (.safetensors, .ckpt) in the original naming.
 * Reads headers and configurations and checks that they fit together; weights are read by the first evaluation. Throws
 * ModelError and WeightsError, each with one sentence about the file, field or tensor concerned.
 */
export async function openDiffusionModel(path: string, options: OpenModelOptions): Promise<OpenedModel> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ModelError('layout', `There is no model at ${path}`);
  const title = basename(path);
  if (found.isDirectory()) return assemble(await diffusersParts(path), { title, ...options });
  return diffusionModelFromWeights(await openWeightFile(path), { title, ...options });
}

/** A model over weights in the original single-file naming, wherever they are. */
export async function diffusionModelFromWeights(
  source: WeightSource,
  options: OpenModelOptions & { readonly title: string; readonly hints?: SingleFileHints },
): Promise<OpenedModel> {
  return assemble(singleFileParts(source, options.hints), options);
}

/** A model from its parts. */
export async function assemble(
  parts: ModelParts,
  options: OpenModelOptions & { readonly title: string },
): Promise<OpenedModel> {
  const { title, pool, device = 'cpu', expose } = options;
  checkParts(parts);
  const hash = await hashParts(parts);
  const place = { pool, device };
  const text = parts.text && clipTextEncoder({ text: parts.text, hash, place });
  const emptyContext = emptyPromptContext(text, {
    dim: parts.unet.config.crossAttentionDim,
    afterwards: () => pool.release(`${hash}/text`),
  });
  return {
    title,
    hash,
    layout: parts.layout,
    parts,
    text: text ?? noTextEncoder,
    denoiser: unetDenoiser({ parts, hash, place, emptyContext, expose: expose?.unet ?? [] }),
    autoencoder: klAutoencoder({ parts, hash, place, expose: expose?.autoencoder ?? [] }),
  };
}

const noTextEncoder: TextEncoder = {
  key: 'none',
  encode: () =>
    Promise.reject(
      new ModelError(
        'layout',
        'This model has no text encoder, so it takes no prompts: load a Stable Diffusion checkpoint, which has one.',
      ),
    ),
};

/** SHA-256, hex, over the identity of all weights (see hashWeights) and the configurations that shape the results. */
async function hashParts(parts: ModelParts): Promise<string> {
  const { unet, autoencoder, text, schedule, predictionType } = parts;
  const hash = createHash('sha256');
  for (const network of [unet, autoencoder, ...(text ? [text] : [])]) {
    hash.update(await hashWeights(network.weights));
    hash.update(JSON.stringify(network.config));
  }
  // Another vocabulary turns the same prompt into other tokens.
  if (text?.vocabulary) hash.update(JSON.stringify(text.vocabulary));
  return hash.update(JSON.stringify([schedule, predictionType])).digest('hex');
}
