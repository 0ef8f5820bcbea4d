import type { Mask, Picture } from './picture.ts';

export interface DecodedPicture {
  readonly picture: Picture;
  /** The alpha channel, when the file has one; colours are not multiplied by it. */
  readonly alpha?: Mask;
  /** As sharp names it: png, jpeg, webp, gif, tiff, heif (AVIF). */
  readonly format: string;
}

/**
 * PNG, JPEG, WebP, GIF, TIFF or AVIF bytes as an 8-bit sRGB picture: EXIF rotation applied, first frame of an animation,
 * CMYK, grey, palette and 16-bit converted. Throws PictureError; the pixel limit is checked before decoding.
 */
export async function decodePicture(
  bytes: Uint8Array,
  limits: { readonly maxPixels?: number } = {},
): Promise<DecodedPicture> {
  throw new Error('Not there yet');
}
