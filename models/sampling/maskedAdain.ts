import { resizeMask } from '../image/resizeMask.ts';
import type { Mask } from '../image/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { DenoiserPatch } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';

export interface MaskedAdainOptions {
  /** 1 = foreground; of any size, soft values count in part. */
  readonly mask: Mask;
  /** 0 changes nothing, 1 gives the foreground the statistics wholly. */
  readonly strength: number;
  /** `[1, C, h, w]`, its statistics instead of those of the surroundings; any size. */
  readonly reference?: Tensor;
}

interface Statistics {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Adaptive instance normalisation of the foreground of a latent `[B, C, h, w]`: per picture and channel it gets the mean
 * and deviation of what surrounds it (of the reference, when there is one); the surroundings stay as they are. Latents whose
 * foreground is empty come back themselves. Throws SamplingError `bad-parameter` when there are no surroundings and no
 * reference.
 */
export function maskedAdain(latent: Tensor, options: MaskedAdainOptions): Tensor {
  const { strength, reference } = options;
  const [rows = 1, channels = 1, height = 1, width = 1] = latent.shape;
  const { data: mask } = resizeMask(options.mask, { width, height }, 'box');
  if (strength === 0 || mask.every((value) => value <= 0)) return latent;
  if (!reference && mask.every((value) => value >= 1)) throw noSurroundings();
  const around = mask.map((value) => 1 - value);
  const area = width * height;
  const data = latent.data.slice();
  for (let plane = 0; plane < rows * channels; plane++) {
    const values = latent.data.subarray(plane * area, (plane + 1) * area);
    const own = weightedStatistics(values, mask);
    const wanted = reference
      ? weightedStatistics(channelOf(reference, plane % channels))
      : weightedStatistics(values, around);
    const scale = own.deviation > 0 ? wanted.deviation / own.deviation : 0;
    for (let i = 0; i < area; i++) {
      const matched = (values[i]! - own.mean) * scale + wanted.mean;
      data[plane * area + i] = values[i]! + (matched - values[i]!) * strength * mask[i]!;
    }
  }
  return { shape: latent.shape, data };
}

/**
 * Masked AdaIN at every step: the latent is changed before the network sees it, and the sampler goes on from there.
 * `fromStep` and `toStep` count from 1, both included.
 */
export function maskedAdainPatch(
  options: MaskedAdainOptions & { readonly fromStep: number; readonly toStep: number },
): DenoiserPatch {
  const { fromStep, toStep } = options;
  return async (call, next) => {
    const step = (call.position?.step ?? 0) + 1;
    if (step < fromStep || step > toStep) return next(call);
    const latent = maskedAdain(call.latent, options);
    if (latent === call.latent) return next(call);
    const result = await next({ ...call, latent });
    return { ...result, latent: result.latent ?? latent };
  };
}

function channelOf({ shape, data }: Tensor, channel: number): Float32Array {
  const area = data.length / (shape[0] ?? 1) / (shape[1] ?? 1);
  return data.subarray(channel * area, (channel + 1) * area);
}

function weightedStatistics(values: Float32Array, weights?: Float32Array): Statistics {
  let [total, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    sum += values[i]! * weight;
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2 * (weights?.[i] ?? 1);
  return { mean, deviation: Math.sqrt(squares / total) };
}

function noSurroundings(): SamplingError {
  return new SamplingError(
    'bad-parameter',
    'The mask selects everything, so there are no surroundings whose statistics the foreground could take: wire a reference.',
  );
}
