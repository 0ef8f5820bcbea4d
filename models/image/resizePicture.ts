import type { Picture } from './picture.ts';

export type ResizeFilter = 'nearest' | 'box' | 'bilinear' | 'bicubic' | 'lanczos';

/** Resizes as Pillow's Image.resize does, to the last bit. */
export function resizePicture(
  picture: Picture,
  to: { readonly width: number; readonly height: number; readonly filter: ResizeFilter },
): Picture {
  throw new Error('Not there yet');
}
