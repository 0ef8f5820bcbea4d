import type { PndmStart } from './samplePndm.ts';
import type { SamplerState } from './samplerState.ts';

/** What a latent knows of the sampling that was stopped there. */
export interface StoppedSampling {
  /** Identifies the sampling: how it began, and all that shapes its steps. */
  readonly key: string;
  /** Identifies how it began. */
  readonly origin: string;
  /** Key of the denoiser that made the last step. */
  readonly denoiser: string;
  /** Whoever goes on with the same ones goes on exactly. */
  readonly settings: {
    readonly sampler: string;
    readonly spacing: string;
    readonly steps: number;
    /** How many of the steps it runs. */
    readonly startStep: number;
    readonly pndmStart: PndmStart;
  };
  readonly state: SamplerState;
  /** Steps that it would have come to. */
  readonly of: number;
}
