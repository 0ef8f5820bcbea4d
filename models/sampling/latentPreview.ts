import type { Picture } from '../image/picture.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Autoencoder } from './autoencoder.ts';

/** An affine map from a scaled latent cell to a colour: rgb[c] = bias[c] + sum_k weights[c][k] * latent[k], in 0..255. */
export interface LatentPreviewMap {
  readonly channels: number;
  /** `[3, channels]`, row-major. */
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

/**
 * Fits the map for an autoencoder by least squares over the cells of a few pictures, each area-averaged to latent size.
 * Pictures are cropped to a multiple of the autoencoder's downscale.
 */
export async function fitLatentPreview(
  autoencoder: Autoencoder,
  pictures: readonly Picture[],
): Promise<LatentPreviewMap> {
  throw new Error('Not there yet');
}

/** A latent `[1, C, h, w]` as a small picture of w x h pixels (the first row of a batch). */
export function applyLatentPreview(latent: Tensor, map: LatentPreviewMap): Picture {
  throw new Error('Not there yet');
}
