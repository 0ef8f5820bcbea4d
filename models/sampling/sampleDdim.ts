import type { Tensor } from '../tensor/tensor.ts';
import { alphaAt, ddimSamplingMoves, ddimSigma } from './ddimSchedule.ts';
import type { DdimVariant } from './ddimSchedule.ts';
import { ddimStep } from './ddimStep.ts';
import type { Denoiser } from './denoiser.ts';
import { checkFinite, yieldToEventLoop } from './samplerLoop.ts';
import { SamplingError } from './samplingError.ts';
import { NoteTally } from './noteTally.ts';

/** Where a sampler stands after a step. The tensors are never written to again: a viewer may keep them. */
export interface SamplerStep {
  /** Counts from 1 to `of`. */
  readonly step: number;
  readonly of: number;
  readonly timestep: number;
  /** `[B, C, h, w]` after the step. */
  readonly latent: Tensor;
  /** What the network takes the clean latent to be (x0). */
  readonly predictedClean: Tensor;
}

export interface SampleDdimOptions {
  readonly denoiser: Denoiser;
  /** `[B, C, h, w]`, noise at the level of the first move. */
  readonly latent: Tensor;
  readonly steps: number;
  /** Leaves out the moves with index >= startStep: 49 of 50 for StyleID. Default: all `steps` moves. */
  readonly startStep?: number;
  readonly variant?: DdimVariant;
  /** 0 (default) = deterministic, 1 = as noisy as DDPM. */
  readonly eta?: number;
  /** Fresh noise for one step; needed when eta > 0. */
  readonly noise?: (shape: readonly number[]) => Tensor;
  /** `[B or 1, tokens, dim]`; absent = the denoiser's own. */
  readonly context?: Tensor;
  readonly signal?: AbortSignal;
  /** Called after every step and never awaited. */
  readonly onStep?: (step: SamplerStep) => void;
}

export interface SampleDdimResult {
  readonly latent: Tensor;
  /** x0 of the last step: StyleID's diffusers implementation decodes this instead of the latent. */
  readonly predictedClean: Tensor;
  /** What patches want the person to know, each once with the number of steps it concerns. */
  readonly notes: readonly string[];
}

/**
 * DDIM sampling as CompVis and StyleID run it. Throws SamplingError (`bad-steps`, `bad-parameter`, `not-finite`) and
 * the signal's reason when aborted; aborting takes effect between steps.
 */
export async function sampleDdim(options: SampleDdimOptions): Promise<SampleDdimResult> {
  const { denoiser, context, eta = 0, noise, signal, onStep } = options;
  if (eta > 0 && !noise) throw new SamplingError('bad-parameter', `Sampling with eta ${eta} needs noise.`);
  const { alphasCumprod, predictionType } = denoiser;
  const moves = ddimSamplingMoves({ ...options, trainSteps: alphasCumprod.length });
  const rows = options.latent.shape[0] ?? 1;
  const notes = new NoteTally(moves.length);
  let { latent } = options;
  let predictedClean = latent;
  for (const [i, { timestep, from, to }] of moves.entries()) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const result = await denoiser.evaluate({
      latent,
      timesteps: Array<number>(rows).fill(timestep),
      position: { step: i, of: moves.length },
      ...(context ? { context } : {}),
    });
    notes.add(result.notes);
    const [alphaFrom, alphaTo] = [alphaAt(alphasCumprod, from), alphaAt(alphasCumprod, to)];
    const sigma = ddimSigma(eta, alphaFrom, alphaTo);
    const { prediction } = result;
    checkFinite(prediction, { step: i + 1, of: moves.length, timestep });
    ({ latent, predictedClean } = ddimStep({
      latent,
      prediction,
      predictionType,
      alphaFrom,
      alphaTo,
      sigma,
      ...(sigma > 0 && noise ? { noise: noise(latent.shape) } : {}),
    }));
    onStep?.({ step: i + 1, of: moves.length, timestep, latent, predictedClean });
  }
  return { latent, predictedClean, notes: notes.sentences() };
}
