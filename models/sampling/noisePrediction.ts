import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser } from './denoiser.ts';

export interface NoisePredictionInput {
  readonly latent: Tensor;
  /** What the network said, in the form that `predictionType` names. */
  readonly prediction: Tensor;
  readonly predictionType: Denoiser['predictionType'];
  /** alphas_cumprod at the level of `latent`. */
  readonly alpha: number;
}

/** eps = sqrt(a) * v + sqrt(1-a) * x for a v-predicting network (Salimans & Ho, arXiv 2202.00512). */
export function noisePrediction(input: NoisePredictionInput): Float32Array {
  const { latent, prediction, predictionType, alpha } = input;
  if (predictionType === 'epsilon') return prediction.data;
  const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  return prediction.data.map((v, i) => signal * v + noise * latent.data[i]!);
}
