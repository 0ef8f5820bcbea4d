import type { Tensor } from '../tensor/tensor.ts';
import { SamplingError } from './samplingError.ts';

export interface AddNoiseInput {
  /** `[B, C, h, w]` */
  readonly clean: Tensor;
  /** Standard normal, of the same shape. */
  readonly noise: Tensor;
  /** Share of signal to reach: alphas_cumprod at the wanted timestep. */
  readonly alpha: number;
}

/** The forward process in one go (Ho et al., arXiv 2006.11239, eq. 4): sqrt(a_t) * clean + sqrt(1 - a_t) * noise. */
export function addNoise({ clean, noise, alpha }: AddNoiseInput): Tensor {
  if (clean.data.length !== noise.data.length) {
    throw new SamplingError(
      'shape-mismatch',
      `The noise has the shape [${noise.shape.join(', ')}], the latent [${clean.shape.join(', ')}]; they must agree.`,
    );
  }
  const [signal, spread] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  return { shape: clean.shape, data: clean.data.map((x, i) => signal * x + spread * noise.data[i]!) };
}
