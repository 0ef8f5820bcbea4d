import type { Tensor } from '../tensor/tensor.ts';
import type { WeightSource } from '../weights/weightSource.ts';

/** A level of a UNet's way down, after its last layer: where features from outside are added. */
export interface EncoderLevel {
  readonly channels: number;
  /** Size at a latent of h x w: ceil(h / downscale) x ceil(w / downscale). */
  readonly downscale: number;
}

/** The Dual Encoder Fusion blocks of PHDiffusion (arXiv 2308.02228): layers of the UNet's graph, with weights of their own. */
export interface FusionBlocks {
  /** Identity of the weights. */
  readonly hash: string;
  /** One block per entry; they stand at the deepest levels of the UNet, the last one at the last level. */
  readonly channels: readonly number[];
  /** `0.norm.weight`, `1.crossAtt_2.to_q.weight`, ... */
  readonly weights: WeightSource;
}

/** Features of an adaptive encoder that join a UNet's way down in one evaluation. */
export interface EncoderSteering {
  /** `[rows, C, h, w]` for every level, the largest first. Row b of a batch takes row b mod rows. */
  readonly features: readonly Tensor[];
  /** For every level: what is added there is multiplied by it. */
  readonly strengths: readonly number[];
  /** What the deepest levels do instead of a plain sum; absent = features are added as they are at every level. */
  readonly fusion?: {
    readonly blocks: FusionBlocks;
    /** `[rows, 1, h, w]` at the size of the latent, 1 = foreground. */
    readonly mask: Tensor;
  };
}
