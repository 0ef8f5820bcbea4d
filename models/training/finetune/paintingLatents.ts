import { cropPicture } from '../../image/cropPicture.ts';
import { flipPicture } from '../../image/flipPicture.ts';
import type { Picture } from '../../image/picture.ts';
import { PictureError } from '../../image/pictureError.ts';
import { picturesToPixels } from '../../image/picturePixels.ts';
import { resizeShorterSide } from '../../image/resizePicture.ts';
import type { Autoencoder } from '../../sampling/autoencoder.ts';
import { samplePosterior } from '../../sampling/samplePosterior.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A crop shows brushwork when the whole painting is about so large. */
const LARGEST_SIDE = 512;
/** Longer ones are cut: encoding a long painting at once takes gigabytes. */
const LONGEST = 2;

/**
 * A painting and its mirror image as clean, scaled latents `[1, C, h, w]`, to take crops of. Its shorter side is made 512
 * pixels where it is longer, a long one is cut into pieces, and what is left of their last cells is cut off. Throws PictureError `bad-size` for one that
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
  const latents: Tensor[] = [];
  for (const piece of pieces(fitted, { longest: LONGEST * size, cell: autoencoder.downscale })) {
    for (const picture of [piece, flipPicture(piece)]) {
      const posterior = await autoencoder.encode(picturesToPixels([picture]));
      latents.push(samplePosterior(posterior, autoencoder.scalingFactor));
    }
  }
  return latents;
}

/** A picture cut along its longer side into equal pieces that are no longer than that, of whole cells. */
function* pieces(
  picture: Picture,
  { longest, cell }: { readonly longest: number; readonly cell: number },
): Generator<Picture> {
  const { width, height } = picture;
  const count = Math.ceil(Math.max(width, height) / longest);
  const whole = (length: number) => Math.floor(length / cell) * cell;
  const across = width > height;
  const [pieceWidth, pieceHeight] = [
    whole(across ? width / count : width),
    whole(across ? height : height / count),
  ];
  for (let i = 0; i < count; i++) {
    const [left, top] = across ? [i * pieceWidth, 0] : [0, i * pieceHeight];
    yield cropPicture(picture, { left, top, width: pieceWidth, height: pieceHeight });
  }
}
