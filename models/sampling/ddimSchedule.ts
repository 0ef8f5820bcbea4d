import { SamplingError } from './samplingError.ts';

/**
 * One move along the diffusion: the network is asked at `timestep`, and the latent goes from noise level `from` to `to`.
 * Levels index `alphasCumprod`; level -1 is a clean picture (alpha = 1).
 */
export interface DdimMove {
  readonly timestep: number;
  readonly from: number;
  readonly to: number;
}

export interface DdimScheduleOptions {
  readonly steps: number;
  /** Length of the training schedule. */
  readonly trainSteps?: number;
  /**
   * `ldm`: StyleID's run_styleid.py (CompVis' DDIM). `diffusers`: StyleID's run_styleid_diffusers.py (DDIMScheduler with
   * leading spacing and steps_offset 1). The sampling moves agree; the inversion moves differ.
   */
  readonly variant?: DdimVariant;
}
export type DdimVariant = 'ldm' | 'diffusers';

/**
 * The moves of DDIM sampling, noisiest first: t = i * (T // S) + 1 for i = S-1 ... 0, each to the level of the next,
 * the last to level 0 (not to a clean picture). `startStep` leaves out the moves with index i >= startStep:
 * StyleID runs 50 steps with startStep 49, so 49 moves from t = 961 on. Throws SamplingError `bad-steps`.
 */
export function ddimSamplingMoves(
  options: DdimScheduleOptions & { readonly startStep?: number },
): DdimMove[] {
  const { steps, startStep = steps } = options;
  const stride = strideOf(options);
  const moves: DdimMove[] = [];
  for (let index = Math.min(startStep, steps) - 1; index >= 0; index--) {
    const timestep = index * stride + 1;
    moves.push({ timestep, from: timestep, to: index === 0 ? 0 : timestep - stride });
  }
  return moves;
}

/**
 * The moves of DDIM inversion, cleanest first.
 *
 * `ldm`: t = 1, 1+c, ... below T with c = T // S, each to the next, the last to T-1 (999). When S does not divide T there
 * are more than S of them (7 gives 8). S = T-1 is a special case of the authors' code: 0 to 1, 1 to 2, ...
 * `diffusers`: the network is asked at t, but the level moves from max(0, t-c) to t.
 */
export function ddimInversionMoves(options: DdimScheduleOptions): DdimMove[] {
  const { steps, trainSteps = 1000, variant = 'ldm' } = options;
  const stride = strideOf(options);
  if (variant === 'diffusers') {
    return Array.from({ length: steps }, (_, i) => {
      const timestep = i * stride + 1;
      return { timestep, from: Math.max(0, timestep - stride), to: timestep };
    });
  }
  const first = steps === trainSteps - 1 ? 0 : 1;
  const end = steps === trainSteps - 1 ? trainSteps - 1 : trainSteps;
  const moves: DdimMove[] = [];
  for (let timestep = first; timestep < end; timestep += stride) {
    const next = timestep + stride < end ? timestep + stride : trainSteps - 1;
    moves.push({ timestep, from: timestep, to: next });
  }
  return moves;
}

/** The timesteps that a sampler of `steps` steps visits: StyleID keeps an inversion's features at these only. */
export function ddimTimesteps(options: DdimScheduleOptions): number[] {
  return ddimSamplingMoves(options).map((move) => move.timestep);
}

function strideOf({ steps, trainSteps = 1000 }: DdimScheduleOptions): number {
  if (!Number.isInteger(steps) || steps < 1 || steps >= trainSteps) {
    throw new SamplingError(
      'bad-steps',
      `The number of steps must be a whole number from 1 to ${trainSteps - 1}, found ${steps}.`,
    );
  }
  return Math.floor(trainSteps / steps);
}

/** alpha at a level; level -1 is a clean picture. */
export function alphaAt(alphasCumprod: Float32Array, level: number): number {
  if (level < 0) return 1;
  const alpha = alphasCumprod[level];
  if (alpha === undefined) {
    throw new SamplingError(
      'bad-steps',
      `Noise level ${level} lies outside the model's schedule of ${alphasCumprod.length} levels.`,
    );
  }
  return alpha;
}

/**
 * Standard deviation of the fresh noise in one sampling move (Song et al., arXiv 2010.02502, eq. 16):
 * eta 0 is DDIM, eta 1 is DDPM.
 */
export function ddimSigma(eta: number, alphaFrom: number, alphaTo: number): number {
  if (eta === 0) return 0;
  return eta * Math.sqrt(((1 - alphaTo) / (1 - alphaFrom)) * (1 - alphaFrom / alphaTo));
}
