import type { Picture } from './picture.ts';

/** StyleID's load_img: centred square of the shorter side, then LANCZOS to size x size (512 there). */
export function loadStyleIdImage(picture: Picture, size = 512): Picture {
  throw new Error('Not there yet');
}
