import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelError } from '../architectures/modelError.ts';
import type { Device } from '../runtime/device.ts';
import type { Precision } from '../runtime/precision.ts';
import type { SessionPool } from '../runtime/sessionPool.ts';
import { openWeightFile } from '../weights/openWeightFile.ts';
import { tinyAutoencoderWeights } from '../weights/tinyAutoencoderNames.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { clipTextEncoder } from './clipTextEncoder.ts';
import type { DiffusionModel } from './diffusionModel.ts';
import { emptyPromptContext } from './emptyPrompt.ts';
import { diffusersParts } from './diffusersParts.ts';
import { hashNetwork, hashParts } from './hashParts.ts';
import { klAutoencoder, type ExposingAutoencoder } from './klAutoencoder.ts';
import type { ModelParts } from './modelParts.ts';
import type { RunPlace } from './networkSession.ts';
import { openTinyAutoencoder, tinyAutoencoderFrom, type TinyAutoencoder } from './openTinyAutoencoder.ts';
import { isTinyAutoencoderFolder, TINY_AUTOENCODER } from './tinyAutoencoderFolder.ts';
import { probePrediction } from './probePrediction.ts';
import { describeParts } from './recognition/describeParts.ts';
import { singleFileParts, type SingleFileHints } from './singleFileParts.ts';
import { unetDenoiser, type ExposingDenoiser } from './unetDenoiser.ts';

export interface OpenModelOptions {
  readonly pool: SessionPool;
  /** The CPU unless given. */
  readonly device?: Device;
  /** float32 unless given. */
  readonly precision?: Precision;
  /** What a file does not tell by itself. */
  readonly hints?: SingleFileHints;
  /** Names of inner values to hand back, see unet2dCondition and autoencoderKL. */
  readonly expose?: { readonly unet?: readonly string[]; readonly autoencoder?: readonly string[] };
}

/** A model whose networks also hand back inner values. */
export interface OpenedModel extends DiffusionModel {
  readonly denoiser?: ExposingDenoiser;
  readonly autoencoder?: ExposingAutoencoder;
  readonly parts: ModelParts;
}

/**
 * Opens what lies at a path of a Stable Diffusion model: a diffusers folder or a weight file, whole or one network of
 * it, or a tiny autoencoder. Headers and configurations are read and checked; weights are read by the first evaluation, but for
 * a UNet of which nothing says what it predicts: that one is asked (see probePrediction). Throws ModelError and
 * WeightsError, each with one sentence about the file, field or tensor concerned.
 */
export async function openModel(path: string, options: OpenModelOptions): Promise<DiffusionModel> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ModelError('layout', `There is no model at ${path}`);
  if (!found.isDirectory()) return modelFromWeights(await openWeightFile(path), options);
  if (await isTinyAutoencoderFolder(path))
    return tinyModel(basename(path), await openTinyAutoencoder(path, placeOf(options)), options);
  return modelFromParts(await diffusersParts(path), options);
}

/** The same for weights, wherever they are. */
export async function modelFromWeights(
  source: WeightSource,
  options: OpenModelOptions,
): Promise<DiffusionModel | OpenedModel> {
  if (tinyAutoencoderWeights(source))
    return tinyModel(source.title, await tinyAutoencoderFrom(source, placeOf(options)), options);
  return modelFromParts(singleFileParts(source, options.hints), options);
}

function placeOf({ pool, device = 'cpu', precision = 'float32' }: OpenModelOptions): RunPlace {
  return { pool, device, precision };
}

function tinyModel(title: string, autoencoder: TinyAutoencoder, { pool }: OpenModelOptions): DiffusionModel {
  const { hash } = autoencoder;
  const release = () => pool.release(hash);
  return { title, hash, layout: 'single-file', architecture: TINY_AUTOENCODER, autoencoder, release };
}

/** A model from its parts. */
export async function modelFromParts(found: ModelParts, options: OpenModelOptions): Promise<OpenedModel> {
  const { pool, hints, expose } = options;
  const place = placeOf(options);
  const [unetHash, autoencoderHash, textHash] = await Promise.all(
    [found.unet, found.autoencoder, found.text].map((network) => network && hashNetwork(network)),
  );
  const predictionType =
    hints?.predictionType ??
    found.predictionType ??
    (found.unet ? await probePrediction(found.unet, { hash: unetHash!, place }) : 'epsilon');
  const parts = { ...found, predictionType };
  const hashes = [unetHash, autoencoderHash, textHash].filter((each) => each !== undefined);
  const hash = hashParts(hashes, parts);
  const text = parts.text && clipTextEncoder({ text: parts.text, hash: textHash!, place });
  return {
    title: parts.title,
    hash,
    layout: parts.layout,
    architecture: describeParts(parts).architecture,
    parts,
    release: async () => {
      for (const network of hashes) await pool.release(network);
    },
    ...(text ? { text } : {}),
    ...(parts.unet
      ? {
          denoiser: unetDenoiser({
            network: parts.unet,
            schedule: parts.schedule,
            predictionType,
            key: `unet:${hash}`,
            hash: unetHash!,
            place,
            emptyContext: emptyPromptContext(text, {
              dim: parts.unet.config.crossAttentionDim,
              afterwards: () => pool.release(`${textHash}/text`),
            }),
            expose: expose?.unet ?? [],
          }),
        }
      : {}),
    ...(parts.autoencoder
      ? {
          autoencoder: klAutoencoder({
            network: parts.autoencoder,
            hash: autoencoderHash!,
            place,
            expose: expose?.autoencoder ?? [],
          }),
        }
      : {}),
  };
}
