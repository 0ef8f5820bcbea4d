import type { Tensor } from '../tensor/tensor.ts';
import { alphaAt, ddimSamplingMoves, ddimSigma } from './ddimSchedule.ts';
import type { DdimVariant } from './ddimSchedule.ts';
import { ddimStep } from './ddimStep.ts';
import { SamplerLoop, type SamplerOptions, type SamplerResult } from './samplerLoop.ts';
import { SamplingError } from './samplingError.ts';

export interface SampleDdimOptions extends SamplerOptions {
  readonly variant?: DdimVariant;
  /** 0 (default) = deterministic, 1 = as noisy as DDPM. */
  readonly eta?: number;
  /** Fresh noise for one step; needed when eta > 0. */
  readonly noise?: (shape: readonly number[]) => Tensor;
}

/**
 * DDIM sampling as CompVis and StyleID run it (startStep 49 of 50 steps for StyleID). Throws SamplingError (`bad-steps`,
 * `bad-parameter`, `not-finite`) and the signal's reason when aborted; aborting takes effect between steps.
 */
export async function sampleDdim(options: SampleDdimOptions): Promise<SamplerResult> {
  const { denoiser, eta = 0, noise } = options;
  if (eta > 0 && !noise) throw new SamplingError('bad-parameter', `Sampling with eta ${eta} needs noise.`);
  const { alphasCumprod, predictionType } = denoiser;
  const moves = ddimSamplingMoves({ ...options, trainSteps: alphasCumprod.length });
  const loop = new SamplerLoop(options, moves.length);
  let { latent } = options;
  let predictedClean = latent;
  for (const { timestep, from, to } of moves) {
    const prediction = await loop.ask(latent, timestep);
    const [alphaFrom, alphaTo] = [alphaAt(alphasCumprod, from), alphaAt(alphasCumprod, to)];
    const sigma = ddimSigma(eta, alphaFrom, alphaTo);
    ({ latent, predictedClean } = ddimStep({
      latent,
      prediction,
      predictionType,
      alphaFrom,
      alphaTo,
      sigma,
      ...(sigma > 0 && noise ? { noise: noise(latent.shape) } : {}),
    }));
    loop.done(timestep, latent, predictedClean);
  }
  return { latent, predictedClean, notes: loop.notes };
}
