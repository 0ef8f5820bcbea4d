import type { Tensor } from '../tensor/tensor.ts';
import type { DenoiserPatch } from './denoiser.ts';
import { noisedBackground } from './noisedBackground.ts';
import type { StepNoise } from './stepNoise.ts';

export interface MaskedBlendOptions {
  /** `[R, C, h, w]`, scaled: what the background is to stay. Row b of a batch takes row b mod R. */
  readonly clean: Tensor;
  /** `[1, 1, h, w]`, 1 = foreground. */
  readonly mask: Tensor;
  /** Of the shape of `clean`. */
  readonly noise: StepNoise;
  readonly alphasCumprod: Float32Array;
}

/**
 * Keeps the background (PHDiffusion's test.py; blended latent diffusion, arXiv 2206.02779): before every evaluation what
 * lies outside the mask becomes the clean latent with fresh noise of that timestep, and the sampler goes on from there.
 */
export function maskedBlendPatch({ mask, noise, ...kept }: MaskedBlendOptions): DenoiserPatch {
  return async (call, next) => {
    const background = noisedBackground(call, { ...kept, noise: noise(call.position?.step ?? 0) });
    const latent = blended(call.latent, background, mask);
    const result = await next({ ...call, latent });
    return { ...result, latent: result.latent ?? latent };
  };
}

function blended({ shape, data }: Tensor, background: Tensor, mask: Tensor): Tensor {
  const shares = mask.data;
  const mixed = data.map((own, i) => {
    const share = shares[i % shares.length]!;
    return own * share + background.data[i]! * (1 - share);
  });
  return { shape, data: mixed };
}
