import type { Tensor } from '../tensor/tensor.ts';
import type { AttentionFeatures, AttentionKind } from './denoiser.ts';

/** Attention features by timestep and layer; may lie in memory or on disk. */
export interface FeatureSource {
  readonly layers: readonly string[];
  readonly kinds: readonly AttentionKind[];
  readonly timesteps: readonly number[];
  /** Undefined when nothing was captured at that timestep. `kinds` leaves out what the caller has no use for. */
  read(
    timestep: number,
    layer: string,
    kinds?: readonly AttentionKind[],
  ): Promise<AttentionFeatures | undefined>;
  /** What the features take, for the run's record. */
  readonly usage: FeatureUsage;
  /** Gives memory and files back; reading afterwards throws. */
  close(): Promise<void>;
}

export interface FeatureUsage {
  readonly precision: 'float32' | 'float16';
  readonly bytesInMemory: number;
  readonly bytesOnDisk: number;
}

/** What an inversion (or a sampling) went through. */
export interface Trajectory {
  /** Identifies picture, model and settings. */
  readonly key: string;
  readonly steps: readonly { readonly timestep: number; readonly nextTimestep: number }[];
  /** The latent before the first step, then after every step: `steps.length + 1` of `[B, C, h, w]`. */
  readonly latents: readonly Tensor[];
  /** Which of the latents a sampler of as many steps starts from (see samplingStart); absent = the last. */
  readonly startIndex?: number;
  readonly features?: FeatureSource;
}
