import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { autoencoderTinyDecoder, autoencoderTinyEncoder } from '../architectures/autoencoderTiny.ts';
import {
  autoencoderTinyConfigFromShapes,
  checkAutoencoderTinyConfig,
} from '../architectures/autoencoderTinyConfig.ts';
import { ModelError } from '../architectures/modelError.ts';
import { lookAt } from '../files/lookAt.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { Autoencoder } from '../sampling/autoencoder.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { hashWeights } from '../weights/hashWeights.ts';
import { openWeightFile } from '../weights/openWeightFile.ts';
import { openWeights } from '../weights/openWeights.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import { tinyAutoencoderWeights } from '../weights/tinyAutoencoderNames.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';
import { readJson } from './readJson.ts';

/** The tiny encoder answers one latent and no distribution: the smallest log variance that an encoder may have. */
const NO_VARIANCE = -30;

export interface TinyAutoencoder extends Autoencoder {
  /** SHA-256 over the weights' identity (see hashWeights), hex. */
  readonly hash: string;
}

/**
 * Opens a tiny autoencoder (TAESD): a diffusers folder (config.json and diffusion_pytorch_model.*), or a file with both
 * halves or the decoder alone, as its authors publish it. Reads headers only. Throws ModelError and WeightsError.
 */
export async function openTinyAutoencoder(path: string, place: RunPlace): Promise<TinyAutoencoder> {
  const found = await lookAt(path);
  if (!found) throw new ModelError('layout', `There is no model at ${path}`);
  const source = found.isDirectory() ? await openFolder(path) : await openWeightFile(path);
  return tinyAutoencoderFrom(source, place);
}

/** A tiny autoencoder over weights in any published layout. */
export async function tinyAutoencoderFrom(source: WeightSource, place: RunPlace): Promise<TinyAutoencoder> {
  const weights = tinyAutoencoderWeights(source);
  if (!weights) {
    throw new ModelError('layout', `${source.title} is no tiny autoencoder (TAESD): other tensors are in it`);
  }
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const config = autoencoderTinyConfigFromShapes(shapes, source.title);
  const hash = createHash('sha256')
    .update(`tiny ${await hashWeights(weights)}`)
    .digest('hex');
  const run = async (half: 'encoder' | 'decoder', input: Tensor): Promise<Tensor> => {
    const [, , height = 0, width = 0] = input.shape;
    const graph = half === 'encoder' ? autoencoderTinyEncoder : autoencoderTinyDecoder;
    const [from, to] = half === 'encoder' ? ['pixels', 'latent'] : ['latent', 'pixels'];
    const network = {
      name: `${half}:${height}x${width}`,
      hash,
      weights: renameWeights(weights, (name) => (name.startsWith(`${half}.`) ? name : undefined)),
      build: (how: LayerOptions) => graph({ ...how, config, height, width }),
    };
    return withNetwork(place, network, async (session) => {
      return (await session.run({ [from!]: input }, [to!])).get(to!)!;
    });
  };
  return {
    hash,
    key: `autoencoder:${hash}`,
    latentChannels: config.latentChannels,
    downscale: 2 ** (config.decoderBlocks.length - 1),
    scalingFactor: 1,
    encode: async (pixels) => {
      if (config.encoderBlocks.length === 0) {
        const message = `${source.title} holds a decoder only: it cannot encode pictures`;
        throw new ModelError('input', message);
      }
      const mean = await run('encoder', pixels);
      return { mean, logvar: { shape: mean.shape, data: mean.data.map(() => NO_VARIANCE) } };
    },
    decode: (latent) => run('decoder', latent),
  };
}

async function openFolder(folder: string): Promise<WeightSource> {
  const file = `${basename(folder)}/config.json`;
  checkAutoencoderTinyConfig((await readJson(join(folder, 'config.json'), file)) ?? {}, file);
  return openWeights(folder, ['diffusion_pytorch_model']);
}
