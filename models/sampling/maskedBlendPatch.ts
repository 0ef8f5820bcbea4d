import { cycleRows } from '../tensor/cycleRows.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import { addNoise } from './addNoise.ts';
import { alphaAtTimestep } from './alphaAtTimestep.ts';
import type { Denoiser, DenoiserCall, DenoiserPatch } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';
import type { StepNoise } from './stepNoise.ts';

export interface MaskedBlendOptions {
  /** `[R, C, h, w]`, scaled: what the background is to stay. Row b of a batch takes row b mod R. */
  readonly clean: Tensor;
  /** `[1, 1, h, w]`, 1 = foreground. */
  readonly mask: Tensor;
  /** Of the shape of `clean`. */
  readonly noise: StepNoise;
  readonly denoiser: Pick<Denoiser, 'alphasCumprod' | 'predictionType'>;
}

/**
 * Keeps the background (PHDiffusion's test.py; blended latent diffusion, arXiv 2206.02779): before every evaluation what
 * lies outside the mask becomes the clean latent with fresh noise of that timestep, and the sampler goes on from there.
 * With a mask of zeros nothing would be left of what the network says: it is not asked, and the answer is that noise.
 */
export function maskedBlendPatch(options: MaskedBlendOptions): DenoiserPatch {
  const empty = options.mask.data.every((value) => value === 0);
  return async (call, next) => {
    checkSize(call.latent, options.clean);
    const noise = cycleRows(options.noise(call.position?.step ?? 0), call.timesteps.length);
    const latent = blended(call, { ...options, noise });
    if (empty && !call.capture) return { latent, prediction: predictionOf(call, { ...options, noise }) };
    const result = await next({ ...call, latent });
    return { ...result, latent: result.latent ?? latent };
  };
}

type Drawn = Omit<MaskedBlendOptions, 'noise'> & { readonly noise: Tensor };

function blended({ latent, timesteps }: DenoiserCall, { clean, mask, noise, denoiser }: Drawn): Tensor {
  const rows = timesteps.length;
  const background = cycleRows(clean, rows);
  const result = tensor(latent.shape);
  const size = result.data.length / rows;
  for (const [row, timestep] of timesteps.entries()) {
    const part = ({ shape, data }: Tensor) =>
      tensor([1, ...shape.slice(1)], data.subarray(row * size, (row + 1) * size));
    const alpha = alphaAtTimestep(denoiser.alphasCumprod, timestep);
    const noised = addNoise({ clean: part(background), noise: part(noise), alpha }).data;
    const own = part(latent).data;
    for (let i = 0; i < size; i++) {
      const share = mask.data[i % mask.data.length]!;
      result.data[row * size + i] = own[i]! * share + noised[i]! * (1 - share);
    }
  }
  return result;
}

/** What a network that knows the background would say of it under this noise. */
function predictionOf({ timesteps }: DenoiserCall, { clean, noise, denoiser }: Drawn): Tensor {
  if (denoiser.predictionType === 'epsilon') return noise;
  const background = cycleRows(clean, timesteps.length).data;
  const size = noise.data.length / timesteps.length;
  const alphas = timesteps.map((timestep) => alphaAtTimestep(denoiser.alphasCumprod, timestep));
  const data = noise.data.map((value, i) => {
    const alpha = alphas[Math.floor(i / size)]!;
    return Math.sqrt(alpha) * value - Math.sqrt(1 - alpha) * background[i]!;
  });
  return tensor(noise.shape, data);
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
