import type { Picture } from './picture.ts';

export async function encodePng(picture: Picture): Promise<Uint8Array> {
  throw new Error('Not there yet');
}
export async function encodeJpeg(picture: Picture, quality = 85): Promise<Uint8Array> {
  throw new Error('Not there yet');
}
export async function encodeWebp(picture: Picture, quality = 80): Promise<Uint8Array> {
  throw new Error('Not there yet');
}
