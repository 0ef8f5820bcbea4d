import type { Tensor } from '../tensor/tensor.ts';
import type { DenoiserPatch } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';

/**
 * Shows an inpainting UNet what it takes behind the latent (see inpaintingExtra), in every evaluation; of two such patches
 * the one applied last wins. Throws SamplingError `shape-mismatch` for a latent of another size.
 */
export function inpaintingPatch(extra: Tensor): DenoiserPatch {
  const [, , height, width] = extra.shape;
  return (call, next) => {
    const [, , ownHeight, ownWidth] = call.latent.shape;
    if (ownHeight !== height || ownWidth !== width) {
      const message = `The latent has ${ownWidth} x ${ownHeight} cells, and the picture to be filled ${width} x ${height}: they must be the same. Inpaint Conditioning gives noise of the right size.`;
      throw new SamplingError('shape-mismatch', message);
    }
    return next({ ...call, extra: call.extra ?? extra });
  };
}
