import { alphaAt } from './ddimSchedule.ts';
import type { SamplerOptions } from './samplerOptions.ts';
import { enteredAt, type NoiseLevel } from './samplerState.ts';
import { SamplingError } from './samplingError.ts';
import { timestepsOf, type TimestepSpacing } from './timestepSpacing.ts';

/**
 * How noise levels follow each other: spread as the timesteps of training (see timestepSpacing), evenly in
 * sigma^(1/7) (`karras`), or evenly in log sigma (`exponential`).
 */
export type SigmaSpacing = TimestepSpacing | 'karras' | 'exponential';

/** One noise level: sigma = sqrt((1 - a) / a), the noise beside a picture of deviation 1 (Karras et al.). */
export interface SigmaLevel extends NoiseLevel {
  readonly sigma: number;
}

const RHO = 7;
/** Relative: sigmas nearer to each other than this are one level, computed in two ways. */
const SAME_SIGMA = 1e-4;

export function levelAt(timestep: number, alpha: number): SigmaLevel {
  return { timestep, alpha, sigma: Math.sqrt((1 - alpha) / alpha) };
}

/** The noise levels that a sampling leaves one by one, noisiest first. */
export interface Course {
  readonly levels: readonly SigmaLevel[];
  /** How many of them it has left already. */
  readonly passed: number;
}

/**
 * Of all noise levels of a schedule the last `startStep`; or, where a sampling takes over from one with another sampler
 * or schedule, the level at which it does and the cleaner ones.
 */
export function courseOf(
  all: readonly SigmaLevel[],
  { startStep = all.length, from }: Pick<SamplerOptions, 'startStep' | 'from'>,
): Course {
  const entered = enteredAt(from);
  const passed = from ? from.done - (entered?.done ?? 0) : 0;
  if (!entered) return { levels: all.slice(Math.max(0, all.length - startStep)), passed };
  const here = levelAt(entered.level.timestep, entered.level.alpha);
  return { levels: [here, ...all.filter(({ sigma }) => sigma < here.sigma * (1 - SAME_SIGMA))], passed };
}

/** Noise levels of `steps` sampling steps, noisiest first, without the clean end. Throws SamplingError `bad-steps`. */
export function sigmaLevels(
  spacing: SigmaSpacing,
  { steps, alphasCumprod }: { readonly steps: number; readonly alphasCumprod: Float32Array },
): SigmaLevel[] {
  const trained = (timestep: number): SigmaLevel => levelAt(timestep, alphaAt(alphasCumprod, timestep));
  if (spacing !== 'karras' && spacing !== 'exponential')
    return timestepsOf(spacing, steps, alphasCumprod.length).map(trained);
  if (!Number.isInteger(steps) || steps < 1)
    throw new SamplingError(
      'bad-steps',
      `The number of steps must be a whole number from 1 on, found ${steps}.`,
    );
  const table = Float64Array.from(alphasCumprod, (_, timestep) => trained(timestep).sigma);
  const [lowest, highest] = [table[0]!, table.at(-1)!];
  const between = (i: number): number => (steps === 1 ? 0 : i / (steps - 1));
  const sigmas = Array.from({ length: steps }, (_, i) =>
    spacing === 'karras'
      ? (highest ** (1 / RHO) + between(i) * (lowest ** (1 / RHO) - highest ** (1 / RHO))) ** RHO
      : Math.exp(Math.log(highest) + between(i) * (Math.log(lowest) - Math.log(highest))),
  );
  return sigmas.map((sigma) => ({
    timestep: timestepOfSigma(sigma, table),
    alpha: 1 / (1 + sigma * sigma),
    sigma,
  }));
}

/** Where a sigma lies among those of training, log-linearly between two of them (crowsonkb/k-diffusion, external.py). */
export function timestepOfSigma(sigma: number, table: Float64Array): number {
  const above = table.findIndex((entry) => entry >= sigma);
  if (above === 0) return 0;
  if (above < 0) return table.length - 1;
  const [low, high] = [Math.log(table[above - 1]!), Math.log(table[above]!)];
  return above - 1 + (Math.log(sigma) - low) / (high - low);
}
