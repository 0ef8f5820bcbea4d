import { centerCrop } from './cropPicture.ts';
import type { Picture } from './picture.ts';
import { resizePicture } from './resizePicture.ts';

/** StyleID's load_img: the centred square of the shorter side, then LANCZOS to size x size (512 there). */
export function loadStyleIdImage(picture: Picture, size = 512): Picture {
  const side = Math.min(picture.width, picture.height);
  return resizePicture(centerCrop(picture, side, side), { width: size, height: size, filter: 'lanczos' });
}
