import { SamplingError } from './samplingError.ts';

/** How the timesteps of a few sampling steps are spread over those of training. */
export type TimestepSpacing = 'leading' | 'trailing' | 'compvis';

/**
 * Timesteps of `steps` sampling steps, noisiest first (Lin et al., arXiv 2305.08891, table 2):
 *
 * - `leading`: i * (T // S) + 1, diffusers with steps_offset 1 and StyleID
 * - `trailing`: round(T - i * T / S) - 1, which begins at the very last one
 * - `compvis`: 1, 1 + T // S, ... below T, as CompVis' make_ddim_timesteps: more than S when S does not divide T
 *
 * Throws SamplingError `bad-steps`.
 */
export function timestepsOf(spacing: TimestepSpacing, steps: number, trainSteps = 1000): number[] {
  switch (spacing) {
    case 'leading':
      return leadingTimesteps(steps, trainSteps);
    case 'trailing':
      checkSteps(steps, trainSteps);
      return Array.from({ length: steps }, (_, i) => Math.round(trainSteps - (i * trainSteps) / steps) - 1);
    case 'compvis':
      return compvisTimesteps(steps, trainSteps);
  }
}

function leadingTimesteps(steps: number, trainSteps = 1000): number[] {
  checkSteps(steps, trainSteps);
  const stride = Math.floor(trainSteps / steps);
  return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + 1);
}

function compvisTimesteps(steps: number, trainSteps: number): number[] {
  checkSteps(steps, trainSteps);
  const stride = Math.floor(trainSteps / steps);
  const count = Math.ceil(trainSteps / stride);
  const last = (count - 1) * stride + 1;
  if (last >= trainSteps) {
    const message = `With ${steps} steps the authors' schedule would reach timestep ${last}; the model knows 0 to ${trainSteps - 1}. Choose a number of steps that divides ${trainSteps}.`;
    throw new SamplingError('bad-steps', message);
  }
  return Array.from({ length: count }, (_, i) => last - i * stride);
}

function checkSteps(steps: number, trainSteps: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps < trainSteps) return;
  throw new SamplingError(
    'bad-steps',
    `The number of steps must be a whole number from 1 to ${trainSteps - 1}, found ${steps}.`,
  );
}
