import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Raster } from './raster.ts';

/** Writes a raster; the file name's ending (.png or .jpg) decides the format. */
export async function writePicture(raster: Raster, file: string): Promise<void> {
  const bytes = new Uint8Array(raster.data.length);
  for (let k = 0; k < bytes.length; k++)
    bytes[k] = Math.max(0, Math.min(255, Math.round(raster.data[k]! * 255)));
  const picture = sharp(bytes, { raw: { width: raster.size, height: raster.size, channels: 3 } });
  if (file.endsWith('.png')) await picture.png({ compressionLevel: 3 }).toFile(file);
  else await writeFile(file, await smallJpeg(picture));
}

/** A JPEG of at most 150 kB: strong brushwork needs a lower quality for that than a soft sky. */
async function smallJpeg(picture: Sharp): Promise<Buffer> {
  for (let quality = 90; ; quality -= 4) {
    const bytes = await picture.clone().jpeg({ quality, mozjpeg: true }).toBuffer();
    if (bytes.length < 150_000 || quality < 50) return bytes;
  }
}
