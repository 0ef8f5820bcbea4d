import type { Tensor } from '../tensor/tensor.ts';
import type { Denoiser } from './denoiser.ts';
import type { SamplerState } from './samplerState.ts';
import type { SampledStep } from './samplerStep.ts';

/** What every sampler takes. */
export interface SamplerOptions {
  readonly denoiser: Denoiser;
  /** `[B, C, h, w]`, noise at the level of the first step. */
  readonly latent: Tensor;
  readonly steps: number;
  /** Runs the last so many of the steps. Default: all. */
  readonly startStep?: number;
  /** `[B or 1, tokens, dim]`; absent = the denoiser's own. */
  readonly context?: Tensor;
  /** Standard normal values, for samplers that add noise; the same ones from the start when sampling goes on. */
  readonly noise?: (shape: readonly number[]) => Tensor;
  /**
   * Goes on from there. With memory, all other options must be those that it came with. Without, the first step leads
   * from its noise level to the next one of all `steps`, whatever `startStep` says.
   */
  readonly from?: SamplerState;
  /** Stops after this step, counted as `SamplerStep.step` is. Default: the last. */
  readonly until?: number;
  readonly signal?: AbortSignal;
  /** Called after every step and never awaited. */
  readonly onStep?: (step: SampledStep) => void;
}

export interface SamplerResult {
  readonly latent: Tensor;
  /** x0 of the last step: StyleID's diffusers implementation decodes this instead of the latent. */
  readonly predictedClean: Tensor;
  /** What patches want the person to know, each once with the number of steps it concerns. */
  readonly notes: readonly string[];
}
