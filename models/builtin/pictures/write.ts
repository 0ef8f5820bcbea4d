import { writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Raster } from './raster.ts';

/** Writes a raster; the file name's ending (.png or .jpg) decides the format. */
export async function writePicture(raster: Raster, file: string): Promise<void> {
  const bytes = Uint8ClampedArray.from(raster.data, (value) => value * 255);
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

/** Writes what was drawn on nothing as a PNG with transparency, told by how black and white shine through it. */
export async function writeCutOut(
  { onBlack, onWhite }: { readonly onBlack: Raster; readonly onWhite: Raster },
  file: string,
): Promise<void> {
  const { size, data } = onBlack;
  const bytes = new Uint8ClampedArray(size * size * 4);
  for (let p = 0; p < size * size; p++) {
    const alpha = 1 - (onWhite.data[p * 3]! - data[p * 3]!);
    for (let c = 0; c < 3; c++) bytes[p * 4 + c] = (255 * data[p * 3 + c]!) / Math.max(alpha, 1 / 255);
    bytes[p * 4 + 3] = 255 * alpha;
  }
  await sharp(bytes, { raw: { width: size, height: size, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toFile(file);
}
