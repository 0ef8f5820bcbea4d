import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { Picture } from './picture.ts';

/** A lossless PNG without metadata. */
export function encodePng(picture: Picture): Promise<Uint8Array> {
  return open(picture).png({ compressionLevel: 6 }).toBuffer();
}

/** JPEG; from quality 90 on, colour is kept at full resolution. */
export function encodeJpeg(picture: Picture, quality = 85): Promise<Uint8Array> {
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0';
  return open(picture).jpeg({ quality, chromaSubsampling }).toBuffer();
}

export function encodeWebp(picture: Picture, quality = 80): Promise<Uint8Array> {
  return open(picture).webp({ quality }).toBuffer();
}

function open({ width, height, data }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}
