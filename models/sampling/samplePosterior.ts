import type { Tensor } from '../tensor/tensor.ts';
import type { Posterior } from './autoencoder.ts';

/** exp(logvar / 2), the posterior's standard deviation. */
export function posteriorStd({ logvar }: Posterior): Tensor {
  return { shape: logvar.shape, data: logvar.data.map((value) => Math.exp(0.5 * value)) };
}

/**
 * The clean latent `[B, C, h, w]`: scalingFactor * (mean + std * noise). run_styleid.py draws noise; without it this is
 * the posterior's mode, what run_styleid_diffusers.py takes.
 */
export function samplePosterior(posterior: Posterior, scalingFactor: number, noise?: Tensor): Tensor {
  const { mean } = posterior;
  const std = noise && posteriorStd(posterior).data;
  return {
    shape: mean.shape,
    data: mean.data.map(
      (value, i) => scalingFactor * Math.fround(value + (std && noise ? std[i]! * noise.data[i]! : 0)),
    ),
  };
}
