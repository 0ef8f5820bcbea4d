import { ModelError } from '../architectures/modelError.ts';
import type { NoiseScheduleConfig } from '../sampling/noiseSchedule.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import type { ModelParts, PredictionType } from './modelParts.ts';
import { averagedWeights } from './recognition/averagedWeights.ts';
import { findKnownFile } from './recognition/knownFiles.ts';
import { findNetworks, type NetworkPart } from './recognition/findNetworks.ts';
import { readNetwork, type NetworkHints, type ReadNetwork } from './recognition/readNetwork.ts';

/** What a file does not tell by itself. */
export interface SingleFileHints extends NetworkHints {
  readonly predictionType?: PredictionType;
  /** What latents are multiplied with: 0.18215 unless given. */
  readonly scalingFactor?: number;
  /** Stable Diffusion's unless given. */
  readonly schedule?: NoiseScheduleConfig;
  /** The UNet's averaged copy (EMA) instead of its own weights. */
  readonly averaged?: boolean;
}

/**
 * What a weight file holds of a diffusion model, told by the names and shapes of its tensors; tensors that belong to
 * none of the networks are left aside. Throws ModelError for a file that holds none of them, and WeightsError for one
 * whose tensors are not all those of the network (see checkNetwork).
 */
export function singleFileParts(source: WeightSource, hints: SingleFileHints = {}): ModelParts {
  const known = findKnownFile(source.tensors.keys());
  if (known) {
    const needed = known.instead
      ? `; expected ${known.instead}`
      : ', not Stable Diffusion (1.x or 2.x), Paint by Example or a part of one';
    throw new ModelError('layout', `${source.title} is ${known.name}${needed}`);
  }
  const used = hints.averaged ? averagedWeights(source) : source;
  const networks = findNetworks(used);
  if (networks.size === 0) throw new ModelError('layout', unknownFile(source));
  const read = <Part extends NetworkPart>(part: Part) => {
    const found = networks.get(part);
    return found && (readNetwork(used, found, hints) as Extract<ReadNetwork, { kind: Part }>);
  };
  const unet = read('unet');
  const autoencoder = read('autoencoder');
  const text = read('text');
  const vision = read('vision');
  const predictionType = hints.predictionType ?? statedPrediction(source) ?? (unet && usualPrediction(unet));
  const { scalingFactor = autoencoder?.config.scalingFactor ?? 1 } = hints;
  return {
    title: source.title,
    layout: 'single-file',
    ...(unet ? { unet } : {}),
    ...(autoencoder
      ? { autoencoder: { ...autoencoder, config: { ...autoencoder.config, scalingFactor } } }
      : {}),
    ...(text ? { text } : {}),
    ...(vision ? { vision } : {}),
    schedule: hints.schedule ?? {},
    ...(predictionType ? { predictionType } : {}),
  };
}

/** What the file says itself: a header after Stability's ModelSpec, or the mark that some trainers leave. */
function statedPrediction({ metadata, tensors }: WeightSource): PredictionType | undefined {
  const stated = metadata?.get('modelspec.prediction_type')?.toLowerCase();
  if (stated?.startsWith('v') || tensors.has('v_pred')) return 'v_prediction';
  return stated?.startsWith('eps') ? 'epsilon' : undefined;
}

/** Stable Diffusion 1.x predicts the noise; 2.x comes with either, and its tensors are the same. */
function usualPrediction({ config }: Extract<ReadNetwork, { kind: 'unet' }>): PredictionType | undefined {
  return config.linearProjection ? undefined : 'epsilon';
}

function unknownFile({ title, tensors }: WeightSource): string {
  const expected =
    'a UNet, an autoencoder or a text encoder of Stable Diffusion 1.x or 2.x, or Paint by Example';
  if (tensors.size === 0) return `${title} holds no tensors; expected ${expected}`;
  const names = [...tensors]
    .slice(0, 3)
    .map(([name, { shape }]) => `${name.slice(0, 100)} [${shape.slice(0, 8).join(', ')}]`);
  const more = tensors.size > 3 ? `, ... (${tensors.size} in all)` : '';
  return `${title} is not recognised: its tensors are ${names.join(', ')}${more}; expected ${expected}`;
}
