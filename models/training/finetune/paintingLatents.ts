import { cropPicture } from '../../image/cropPicture.ts';
import { flipPicture } from '../../image/flipPicture.ts';
import type { Picture } from '../../image/picture.ts';
import { PictureError } from '../../image/pictureError.ts';
import { picturesToPixels } from '../../image/picturePixels.ts';
import { resizeShorterSide } from '../../image/resizePicture.ts';
import type { Autoencoder } from '../../sampling/autoencoder.ts';
import { samplePosterior } from '../../sampling/samplePosterior.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A crop shows brushwork when the whole painting is about so large; encoding larger ones at once takes gigabytes. */
const LARGEST_SIDE = 512;

/**
 * A painting and its mirror image as clean, scaled latents `[1, C, h, w]`, to take crops of. Its shorter side is made 512
 * pixels where it is longer, and what is left of the last cell is cut off. Throws PictureError `bad-size` for one that
 * is smaller than a crop of that many pixels.
 */
export async function paintingLatents(
  painting: Picture,
  autoencoder: Autoencoder,
  crop: number,
): Promise<Tensor[]> {
  const { width, height } = painting;
  if (Math.min(width, height) < crop) {
    const message = `The painting has ${width} x ${height} pixels; expected ${crop} x ${crop} at least, one crop.`;
    throw new PictureError('bad-size', message);
  }
  const large = Math.min(width, height) > Math.max(LARGEST_SIDE, crop);
  const size = Math.max(LARGEST_SIDE, crop);
  const fitted = large ? resizeShorterSide(painting, { size, filter: 'lanczos' }) : painting;
  const whole = (length: number) => length - (length % autoencoder.downscale);
  const cut = { left: 0, top: 0, width: whole(fitted.width), height: whole(fitted.height) };
  const even = cropPicture(fitted, cut);
  const latents: Tensor[] = [];
  for (const picture of [even, flipPicture(even)]) {
    const posterior = await autoencoder.encode(picturesToPixels([picture]));
    latents.push(samplePosterior(posterior, autoencoder.scalingFactor));
  }
  return latents;
}
