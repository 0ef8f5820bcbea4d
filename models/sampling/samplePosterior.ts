import type { Tensor } from '../tensor/tensor.ts';
import type { Posterior } from './autoencoder.ts';

/** Splits an encoder's `[B, 2C, h, w]` moments into mean and logvar; logvar is clamped to [-30, 20] as in LDM. */
export function posteriorFromMoments(moments: Tensor): Posterior {
  const [rows = 1, doubled = 2, ...size] = moments.shape;
  const half = moments.data.length / rows / 2;
  const mean = new Float32Array(rows * half);
  const logvar = new Float32Array(rows * half);
  for (let row = 0; row < rows; row++) {
    const start = row * 2 * half;
    mean.set(moments.data.subarray(start, start + half), row * half);
    logvar.set(moments.data.subarray(start + half, start + 2 * half), row * half);
  }
  const shape = [rows, doubled / 2, ...size];
  return {
    mean: { shape, data: mean },
    logvar: { shape, data: logvar.map((value) => Math.min(Math.max(value, -30), 20)) },
  };
}

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
