import { alphaAt } from './ddimSchedule.ts';
import { SamplingError } from './samplingError.ts';
import { timestepsOf, type TimestepSpacing } from './timestepSpacing.ts';

/**
 * How noise levels follow each other: spread as the timesteps of training (see timestepSpacing), evenly in
 * sigma^(1/7) (`karras`), or evenly in log sigma (`exponential`).
 */
export type SigmaSpacing = TimestepSpacing | 'karras' | 'exponential';

/** One noise level: sigma = sqrt((1 - a) / a), the noise beside a picture of deviation 1 (Karras et al.). */
export interface SigmaLevel {
  readonly sigma: number;
  /** What the network is told; between two timesteps of training as a rule. */
  readonly timestep: number;
}

const RHO = 7;

/** Noise levels of `steps` sampling steps, noisiest first, without the clean end. Throws SamplingError `bad-steps`. */
export function sigmaLevels(
  spacing: SigmaSpacing,
  { steps, alphasCumprod }: { readonly steps: number; readonly alphasCumprod: Float32Array },
): SigmaLevel[] {
  const sigmaOf = (timestep: number): number => {
    const alpha = alphaAt(alphasCumprod, timestep);
    return Math.sqrt((1 - alpha) / alpha);
  };
  if (spacing !== 'karras' && spacing !== 'exponential')
    return timestepsOf(spacing, steps, alphasCumprod.length).map((timestep) => ({
      timestep,
      sigma: sigmaOf(timestep),
    }));
  if (!Number.isInteger(steps) || steps < 1)
    throw new SamplingError(
      'bad-steps',
      `The number of steps must be a whole number from 1 on, found ${steps}.`,
    );
  const table = Float64Array.from(alphasCumprod, (_, timestep) => sigmaOf(timestep));
  const [lowest, highest] = [table[0]!, table.at(-1)!];
  const between = (i: number): number => (steps === 1 ? 0 : i / (steps - 1));
  const sigmas = Array.from({ length: steps }, (_, i) =>
    spacing === 'karras'
      ? (highest ** (1 / RHO) + between(i) * (lowest ** (1 / RHO) - highest ** (1 / RHO))) ** RHO
      : Math.exp(Math.log(highest) + between(i) * (Math.log(lowest) - Math.log(highest))),
  );
  return sigmas.map((sigma) => ({ sigma, timestep: timestepOfSigma(sigma, table) }));
}

/** Where a sigma lies among those of training, log-linearly between two of them (crowsonkb/k-diffusion, external.py). */
export function timestepOfSigma(sigma: number, table: Float64Array): number {
  const above = table.findIndex((entry) => entry >= sigma);
  if (above === 0) return 0;
  if (above < 0) return table.length - 1;
  const [low, high] = [Math.log(table[above - 1]!), Math.log(table[above]!)];
  return above - 1 + (Math.log(sigma) - low) / (high - low);
}
