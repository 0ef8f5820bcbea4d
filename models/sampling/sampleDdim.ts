import type { Tensor } from '../tensor/tensor.ts';
import { alphaAt, ddimSamplingMoves, ddimSigma } from './ddimSchedule.ts';
import type { DdimVariant } from './ddimSchedule.ts';
import { ddimStep } from './ddimStep.ts';
import { SamplerLoop, type SamplerOptions, type SamplerResult } from './samplerLoop.ts';
import { sigmaLevels, type SigmaSpacing } from './sigmaSchedule.ts';
import { SamplingError } from './samplingError.ts';

export interface SampleDdimOptions extends SamplerOptions {
  readonly variant?: DdimVariant;
  /** `leading` (default) as StyleID. */
  readonly spacing?: SigmaSpacing;
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
  const { predictionType } = denoiser;
  const moves = ddimMoves(options);
  const loop = new SamplerLoop(options, moves.length);
  let { latent } = options;
  let predictedClean = latent;
  for (const { timestep, alphaFrom, alphaTo } of moves) {
    const answer = await loop.ask(latent, timestep);
    const sigma = ddimSigma(eta, alphaFrom, alphaTo);
    ({ latent, predictedClean } = ddimStep({
      ...answer,
      predictionType,
      alphaFrom,
      alphaTo,
      sigma,
      ...(sigma > 0 && noise ? { noise: noise(answer.latent.shape) } : {}),
    }));
    loop.done(timestep, latent, predictedClean);
  }
  return { latent, predictedClean, notes: loop.notes };
}

interface AlphaMove {
  readonly timestep: number;
  readonly alphaFrom: number;
  readonly alphaTo: number;
}

/** Moves between timesteps of training end at the first of them, as the authors' do; those between sigmas at no noise. */
function ddimMoves(options: SampleDdimOptions): AlphaMove[] {
  const { alphasCumprod } = options.denoiser;
  const { spacing = 'leading', steps, startStep = steps } = options;
  if (spacing === 'leading') {
    return ddimSamplingMoves({ ...options, trainSteps: alphasCumprod.length }).map(
      ({ timestep, from, to }) => ({
        timestep,
        alphaFrom: alphaAt(alphasCumprod, from),
        alphaTo: alphaAt(alphasCumprod, to),
      }),
    );
  }
  const end = spacing === 'karras' || spacing === 'exponential' ? 1 : alphaAt(alphasCumprod, 0);
  const levels = sigmaLevels(spacing, { steps, alphasCumprod });
  const alphas = [...levels.map(({ sigma }) => 1 / (1 + sigma * sigma)), end];
  const moves = levels.map(({ timestep }, i) => ({
    timestep,
    alphaFrom: alphas[i]!,
    alphaTo: alphas[i + 1]!,
  }));
  return moves.slice(Math.max(0, moves.length - startStep));
}
