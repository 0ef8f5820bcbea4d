import { alphaAt } from './ddimSchedule.ts';

/**
 * alphas_cumprod at a timestep, which may lie between two of training: log sigma is linear there, as timestepOfSigma has
 * it. Throws SamplingError `bad-steps` outside the schedule.
 */
export function alphaAtTimestep(alphasCumprod: Float32Array, timestep: number): number {
  const below = Math.floor(timestep);
  const low = alphaAt(alphasCumprod, below);
  if (below === timestep) return low;
  const share = timestep - below;
  const logSigma = (alpha: number): number => Math.log((1 - alpha) / alpha) / 2;
  const mixed = (1 - share) * logSigma(low) + share * logSigma(alphaAt(alphasCumprod, below + 1));
  return 1 / (1 + Math.exp(2 * mixed));
}
