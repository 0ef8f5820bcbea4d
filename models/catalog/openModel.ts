import { basename } from 'node:path';
import { ModelError } from '../architectures/modelError.ts';
import type { VggConfig } from '../architectures/vggConfig.ts';
import { lookAt } from '../files/lookAt.ts';
import type { Device } from '../runtime/device.ts';
import type { NetworkPrecision } from '../runtime/precision.ts';
import type { SessionPool } from '../runtime/sessionPool.ts';
import { stampsOf } from '../weights/fileStamp.ts';
import { openWeightFile } from '../weights/openWeightFile.ts';
import { tinyAutoencoderWeights } from '../weights/tinyAutoencoderNames.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import { adapterNetworks, type AdapterNetworks } from './adapterNetworks.ts';
import type { DiffusionModel, IdentifiedModel, ModelFacts } from './diffusionModel.ts';
import { diffusersParts } from './diffusersParts.ts';
import { hashNetwork, hashParts } from './hashParts.ts';
import type { ModelParts, Network } from './modelParts.ts';
import type { RunPlace } from './networkSession.ts';
import { openAdapter } from './openAdapter.ts';
import { openParts, type ExposedValues, type OpenedModel } from './openParts.ts';
import { openTinyAutoencoder, tinyAutoencoderFrom, type TinyAutoencoder } from './openTinyAutoencoder.ts';
import { PHDIFFUSION_ADAPTER } from './recognition/knownFiles.ts';
import { isTinyAutoencoderFolder, TINY_AUTOENCODER } from './tinyAutoencoderFolder.ts';
import { describeParts, withoutArticle } from './recognition/describeParts.ts';
import { vggWeights } from './vggWeights.ts';
import { openVgg } from './openVgg.ts';
import { describeNetwork } from './recognition/checkNetwork.ts';
import { singleFileParts, type SingleFileHints } from './singleFileParts.ts';

export interface OpenModelOptions {
  readonly pool: SessionPool;
  /** The CPU unless given. */
  readonly device?: Device;
  /** float32 unless given. */
  readonly precision?: NetworkPrecision;
  /** Has sessions tell where their operators run (SessionOptions). */
  readonly logPlacement?: boolean;
  /** What a file does not tell by itself. */
  readonly hints?: SingleFileHints;
  readonly expose?: ExposedValues;
}

/**
 * Identifies what lies at a path of a Stable Diffusion model: a diffusers folder or a weight file, whole or one network
 * of it, a tiny autoencoder, PHDiffusion's adapter, or VGG-19. Headers and configurations are read and checked, and nothing is
 * run. Throws ModelError and WeightsError, each with one sentence about the file, field or tensor concerned.
 */
export async function identifyModel(path: string, options: OpenModelOptions): Promise<IdentifiedModel> {
  const found = await lookAt(path);
  if (!found) throw new ModelError('layout', `There is no model at ${path}`);
  if (!found.isDirectory()) return identifyWeights(await openWeightFile(path), options);
  if (await isTinyAutoencoderFolder(path))
    return identifyTiny(basename(path), await openTinyAutoencoder(path, placeOf(options)), options);
  return identifyParts(await diffusersParts(path), options);
}

/**
 * Identifies and opens a model. Weights are read by the first evaluation, but for a UNet of which nothing says what it
 * predicts: that one is asked (see probePrediction). Throws as identifyModel does.
 */
export async function openModel(path: string, options: OpenModelOptions): Promise<DiffusionModel> {
  return (await identifyModel(path, options)).open();
}

/** The same for weights, wherever they are. */
export async function modelFromWeights(
  source: WeightSource,
  options: OpenModelOptions,
): Promise<DiffusionModel> {
  return (await identifyWeights(source, options)).open();
}

/** A model from its parts. */
export async function modelFromParts(found: ModelParts, options: OpenModelOptions): Promise<OpenedModel> {
  return (await identifyParts(found, options)).open();
}

async function identifyWeights(source: WeightSource, options: OpenModelOptions): Promise<IdentifiedModel> {
  if (tinyAutoencoderWeights(source))
    return identifyTiny(source.title, await tinyAutoencoderFrom(source, placeOf(options)), options);
  const vgg = vggWeights(source);
  if (vgg) return identifyVgg(vgg, options);
  const adapter = adapterNetworks(source);
  if (adapter) return identifyAdapter(adapter, options);
  return identifyParts(singleFileParts(source, options.hints), options);
}

function placeOf(options: OpenModelOptions): RunPlace {
  const { pool, device = 'cpu', precision = 'float32', logPlacement = false } = options;
  return { pool, device, precision, logPlacement };
}

function identifyTiny(
  title: string,
  autoencoder: TinyAutoencoder,
  { pool }: OpenModelOptions,
): IdentifiedModel {
  const { hash } = autoencoder;
  const release = () => pool.release(hash);
  const facts = { title, hash, layout: 'single-file', architecture: TINY_AUTOENCODER, release } as const;
  return { ...facts, open: async () => ({ ...facts, autoencoder }) };
}

async function identifyAdapter(
  networks: AdapterNetworks,
  options: OpenModelOptions,
): Promise<IdentifiedModel> {
  const adapter = await openAdapter(networks, placeOf(options));
  const { title, hash } = adapter;
  const facts: ModelFacts = {
    title,
    hash,
    layout: 'single-file',
    architecture: PHDIFFUSION_ADAPTER,
    files: stampsOf(networks.encoder.weights),
    release: () => options.pool.release(hash),
  };
  return { ...facts, open: async () => ({ ...facts, adapter }) };
}

async function identifyVgg(network: Network<VggConfig>, options: OpenModelOptions): Promise<IdentifiedModel> {
  const hash = await hashNetwork(network);
  const facts: ModelFacts = {
    title: network.weights.title,
    hash,
    layout: 'single-file',
    architecture: withoutArticle(describeNetwork({ kind: 'vgg', config: network.config })),
    files: stampsOf(network.weights),
    release: () => options.pool.release(hash),
  };
  return {
    ...facts,
    open: async () => ({ ...facts, vgg: openVgg({ network, hash, place: placeOf(options) }) }),
  };
}

async function identifyParts(found: ModelParts, options: OpenModelOptions) {
  const networks = [found.unet, found.autoencoder, found.text, found.vision];
  const [unet, autoencoder, text, vision] = await Promise.all(
    networks.map((network) => network && hashNetwork(network)),
  );
  const { hints, pool } = options;
  const predictionType = hints?.predictionType ?? found.predictionType;
  const parts = { ...found, ...(predictionType ? { predictionType } : {}) };
  const hashes = [unet, autoencoder, text, vision].filter((hash) => hash !== undefined);
  const facts: ModelFacts = {
    title: parts.title,
    // What a UNet answers when it is asked follows from its weights.
    hash: hashParts(hashes, parts),
    layout: parts.layout,
    architecture: describeParts(parts).architecture,
    files: [...new Set(networks.flatMap((each) => (each ? stampsOf(each.weights) : [])))],
    release: async () => {
      for (const network of hashes) await pool.release(network);
    },
  };
  const byNetwork = { unet, autoencoder, text, vision };
  return {
    ...facts,
    open: () =>
      openParts(parts, { facts, hashes: byNetwork, place: placeOf(options), expose: options.expose }),
  };
}
