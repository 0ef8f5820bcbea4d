import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser } from './denoiser.ts';
import { noisePrediction } from './noisePrediction.ts';

export interface DdimStepInput {
  readonly latent: Tensor;
  /** What the network said, in the form that `predictionType` names. */
  readonly prediction: Tensor;
  readonly predictionType: Denoiser['predictionType'];
  /** alphas_cumprod at the level of `latent` and at the level to reach. */
  readonly alphaFrom: number;
  readonly alphaTo: number;
  /** Standard deviation of the fresh noise; 0 = deterministic. */
  readonly sigma?: number;
  /** Needed when sigma > 0. */
  readonly noise?: Tensor;
}

/**
 * One DDIM move (Song et al., arXiv 2010.02502, eq. 12):
 * x_to = sqrt(a_to) * x0 + sqrt(1 - a_to - sigma^2) * eps + sigma * noise, with x0 = (x - sqrt(1-a) * eps) / sqrt(a).
 * Towards less noise it is sampling, towards more noise (sigma 0) it is DDIM inversion: the formula is the same.
 */
export function ddimStep(input: DdimStepInput): { latent: Tensor; predictedClean: Tensor } {
  const { latent, alphaFrom, alphaTo, sigma = 0, noise } = input;
  const eps = noisePrediction({ ...input, alpha: alphaFrom });
  const [rootFrom, noiseFrom] = [Math.fround(Math.sqrt(alphaFrom)), Math.fround(Math.sqrt(1 - alphaFrom))];
  const rootTo = Math.fround(Math.sqrt(alphaTo));
  const direction = Math.fround(Math.sqrt(Math.max(0, 1 - alphaTo - sigma * sigma)));
  const x = latent.data;
  const clean = new Float32Array(x.length);
  const next = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    clean[i] = (x[i]! - noiseFrom * eps[i]!) / rootFrom;
    next[i] = rootTo * clean[i]! + direction * eps[i]! + (noise && sigma > 0 ? sigma * noise.data[i]! : 0);
  }
  return {
    latent: { shape: latent.shape, data: next },
    predictedClean: { shape: latent.shape, data: clean },
  };
}
