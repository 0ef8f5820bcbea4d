import type { Tensor } from '../tensor/tensor.ts';
import type { SamplerState } from './samplerState.ts';

/** What the network was asked at the beginning of a step, and what it said. */
export interface StepEvaluation {
  readonly timestep: number;
  /** Share of signal of both latents. */
  readonly alpha: number;
  /** `[B, C, h, w]`, what the sampler gave. */
  readonly given: Tensor;
  /** What the prediction is of: another one where a patch changed it first. */
  readonly seen: Tensor;
  /** In the form that `Denoiser.predictionType` names. */
  readonly prediction: Tensor;
}

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
  /** The step's first one, where it has several. */
  readonly evaluation: StepEvaluation;
}

/** A step that sampling can go on from. */
export interface SampledStep extends SamplerStep {
  readonly state: SamplerState;
  /** What patches want the person to know of it, each once. */
  readonly notes: readonly string[];
}
