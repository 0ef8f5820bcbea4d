import { cycleRows } from '../tensor/cycleRows.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { addNoise } from './addNoise.ts';
import { alphaAtTimestep } from './alphaAtTimestep.ts';
import type { DenoiserCall } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';

export interface NoisedBackground {
  /** `[R, C, h, w]`, scaled. Row b of a batch takes row b mod R. */
  readonly clean: Tensor;
  /** Of the shape of `clean`. */
  readonly noise: Tensor;
  readonly alphasCumprod: Float32Array;
}

/**
 * A background as noisy as a call's latent is, `[B, C, h, w]`. Throws SamplingError `shape-mismatch` when their sizes
 * differ.
 */
export function noisedBackground(
  { latent, timesteps }: DenoiserCall,
  { clean, noise, alphasCumprod }: NoisedBackground,
): Tensor {
  checkSize(latent, clean);
  const rows = timesteps.length;
  const [background, spread] = [cycleRows(clean, rows), cycleRows(noise, rows)];
  const result = tensor(latent.shape);
  const size = result.data.length / rows;
  for (const [row, timestep] of timesteps.entries()) {
    const part = ({ shape, data }: Tensor) =>
      tensor([1, ...shape.slice(1)], data.subarray(row * size, (row + 1) * size));
    const alpha = alphaAtTimestep(alphasCumprod, timestep);
    result.data.set(addNoise({ clean: part(background), noise: part(spread), alpha }).data, row * size);
  }
  return result;
}

function checkSize(latent: Tensor, clean: Tensor): void {
  const [rows = 1, ...size] = latent.shape;
  const [given = 1, ...kept] = clean.shape;
  if (size.join() === kept.join() && rows % given === 0) return;
  throw new SamplingError(
    'shape-mismatch',
    `Masked Blend keeps a background of ${clean.shape.join(' x ')}, but the sampler's latent is ${latent.shape.join(' x ')}; they must have one size.`,
  );
}
