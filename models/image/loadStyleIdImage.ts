import { centerCrop } from './cropPicture.ts';
import type { Picture } from './picture.ts';
import { resizePicture } from './resizePicture.ts';

/** StyleID's load_img: the centred square of the shorter side, then LANCZOS to the size asked for (512 x 512 there). */
export function loadStyleIdImage(
  picture: Picture,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): Picture {
  const side = Math.min(picture.width, picture.height);
  return resizePicture(centerCrop(picture, side, side), { width, height, filter: 'lanczos' });
}
