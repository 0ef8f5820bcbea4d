import { alphaAt, ddimSamplingMoves, ddimSigma } from './ddimSchedule.ts';
import { ddimStep } from './ddimStep.ts';
import { SamplerLoop } from './samplerLoop.ts';
import type { SamplerOptions, SamplerResult } from './samplerOptions.ts';
import { courseOf, levelAt, sigmaLevels, type SigmaSpacing } from './sigmaSchedule.ts';
import type { NoiseLevel } from './samplerState.ts';
import { SamplingError } from './samplingError.ts';

export interface SampleDdimOptions extends SamplerOptions {
  /** `leading` (default) as StyleID. */
  readonly spacing?: SigmaSpacing;
  /** 0 (default) = deterministic, 1 = as noisy as DDPM. */
  readonly eta?: number;
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
  for (const { from, to } of loop.wanted(moves)) {
    const answer = await loop.ask(latent, from);
    const [alphaFrom, alphaTo] = [from.alpha, to.alpha];
    const sigma = ddimSigma(eta, alphaFrom, alphaTo);
    const fresh = sigma > 0 ? { noise: loop.noise(answer.latent.shape) } : {};
    ({ latent, predictedClean } = ddimStep({
      ...answer,
      predictionType,
      alphaFrom,
      alphaTo,
      sigma,
      ...fresh,
    }));
    loop.done({ timestep: from.timestep, latent, predictedClean, level: to });
  }
  return { latent, predictedClean, notes: loop.notes };
}

interface LevelMove {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
}

/** The moves that are left, noisiest first. */
function ddimMoves(options: SampleDdimOptions): LevelMove[] {
  const { levels, end } = ddimLevels(options);
  const course = courseOf(levels, options);
  return course.levels.map((from, i, all) => ({ from, to: all[i + 1] ?? end })).slice(course.passed);
}

/** Moves between timesteps of training end at the first of them, as the authors' do; those between sigmas at no noise. */
function ddimLevels({ denoiser, steps, spacing = 'leading' }: SampleDdimOptions) {
  const { alphasCumprod } = denoiser;
  const clean = spacing === 'karras' || spacing === 'exponential';
  const end: NoiseLevel = { timestep: 0, alpha: clean ? 1 : alphaAt(alphasCumprod, 0) };
  if (spacing !== 'leading') return { levels: sigmaLevels(spacing, { steps, alphasCumprod }), end };
  const moves = ddimSamplingMoves({ steps, trainSteps: alphasCumprod.length });
  return { levels: moves.map(({ timestep }) => levelAt(timestep, alphaAt(alphasCumprod, timestep))), end };
}
