import type { AttentionKind, AttentionLayer } from './denoiser.ts';

export interface FeatureEstimateInput {
  readonly layers: readonly AttentionLayer[];
  readonly kinds: readonly AttentionKind[];
  /** `[B, C, h, w]` */
  readonly latentShape: readonly number[];
  /** Number of timesteps. */
  readonly count: number;
}

/** Bytes that attention features take as float32 (half of it as float16). */
export function estimateFeatureBytes({ layers, kinds, latentShape, count }: FeatureEstimateInput): number {
  const [rows = 1, , height = 1, width = 1] = latentShape;
  const perTimestep = layers.reduce((sum, { channels, downscale }) => {
    const tokens = Math.ceil(height / downscale) * Math.ceil(width / downscale);
    return sum + rows * tokens * channels * kinds.length;
  }, 0);
  return perTimestep * count * 4;
}
