import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import type { DdimVariant } from '../../../../models/sampling/ddimSchedule.ts';
import type { Denoiser } from '../../../../models/sampling/denoiser.ts';
import { invertDdim } from '../../../../models/sampling/invertDdim.ts';
import { kvSwapPatch } from '../../../../models/sampling/kvSwapPatch.ts';
import { patchDenoiser } from '../../../../models/sampling/patchDenoiser.ts';
import { sampleDdim } from '../../../../models/sampling/sampleDdim.ts';
import type { SamplerResult } from '../../../../models/sampling/samplerOptions.ts';
import type { SamplerStep } from '../../../../models/sampling/samplerStep.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';

export type Side = 'content' | 'style';

export interface PipelineOptions {
  readonly denoiser: Denoiser;
  readonly context: Tensor | undefined;
  readonly variant: DdimVariant;
  /** Timesteps at which features are kept: those of the samplings to come. */
  readonly timesteps: readonly number[];
  readonly layers: readonly string[];
  readonly folder: string;
}

/** An inversion with the features that the samplings to come need, in full precision. */
export function invertSide(
  options: PipelineOptions,
  { latent, steps }: { latent: Tensor; steps: number },
): Promise<Trajectory> {
  const { denoiser, context, variant, timesteps, layers, folder } = options;
  return invertDdim({
    denoiser,
    latent,
    steps,
    variant,
    ...(context ? { context } : {}),
    // A small budget, so that spilling is exercised too.
    capture: { layers, at: timesteps, precision: 'float32', budget: 2 ** 20, folder },
  });
}

export interface SampleSideOptions {
  readonly latent: Tensor;
  readonly steps: number;
  readonly startStep?: number;
  readonly eta?: number;
  readonly noise?: (shape: readonly number[]) => Tensor;
  /** Absent = nothing is injected. */
  readonly swap?: {
    readonly content: Trajectory;
    readonly style: Trajectory;
    readonly layers: readonly string[];
    readonly gamma: number;
    readonly tau: number;
  };
}

/** A sampling with every step kept. */
export async function sampleWithSwap(
  { denoiser, context }: PipelineOptions,
  { swap, ...options }: SampleSideOptions,
): Promise<SamplerResult & { readonly steps: readonly SamplerStep[] }> {
  const steps: SamplerStep[] = [];
  const result = await sampleDdim({
    ...options,
    denoiser: swap ? patchDenoiser(denoiser, 'kv-swap', kvSwapPatch(swap)) : denoiser,
    ...(context ? { context } : {}),
    onStep: (step) => steps.push(step),
  });
  return { ...result, steps };
}

/** Pixels per latent cell. */
export function pictureSize(model: OpenedDiffusionModel, latent: Tensor): number {
  return (latent.shape[2] ?? 1) * model.autoencoder.downscale;
}
