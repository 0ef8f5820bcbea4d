import type { Mask } from '../image/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { FusionBlocks } from './encoderSteering.ts';

/** PHDiffusion's adapter (arXiv 2308.02228): an adaptive encoder, and the fusion blocks that were trained with it. */
export interface Adapter {
  readonly key: string;
  /** File name: the only place that tells whether it was trained with residual connections. */
  readonly title: string;
  /** Channels of the features, the largest level first. */
  readonly channels: readonly number[];
  /** Height and width must be multiples of it. */
  readonly downscale: number;
  readonly fusion: FusionBlocks;
  /** Composites `[B, 3, H, W]` in [-1, 1] and foreground masks `[B, 1, H, W]` to features, one tensor per level. */
  encode(input: {
    readonly pixels: Tensor;
    readonly mask: Tensor;
    /** Whether its blocks add their input to their output: the same weights can be run either way. */
    readonly residual: boolean;
  }): Promise<readonly Tensor[]>;
}

/** What an adapter made of one composite. */
export interface AdapterFeatures {
  /** Identity of adapter, composite and mask. */
  readonly key: string;
  /** `[1, C, h, w]` each, the largest first. */
  readonly levels: readonly Tensor[];
  /** The foreground, at the composite's size. */
  readonly mask: Mask;
  readonly fusion: FusionBlocks;
}
