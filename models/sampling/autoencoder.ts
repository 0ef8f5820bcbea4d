import type { Tensor } from '../tensor/tensor.ts';

/** The diagonal Gaussian that an encoder returns, `[B, C, h, w]` each, before the scaling factor. */
export interface Posterior {
  readonly mean: Tensor;
  /** Clamped to [-30, 20], as the authors do. */
  readonly logvar: Tensor;
}

/** Pictures in [-1, 1] `[B, 3, H, W]` to latents and back. H and W must be multiples of `downscale`. */
export interface Autoencoder {
  readonly key: string;
  readonly latentChannels: number;
  readonly downscale: number;
  /** Latents are multiplied by it after encoding and divided by it before decoding (0.18215 for SD 1.x). */
  readonly scalingFactor: number;
  encode(pixels: Tensor): Promise<Posterior>;
  /** Takes a scaled latent. */
  decode(latent: Tensor): Promise<Tensor>;
}
