import sharp from 'sharp';
import { decodePicture } from '../../models/image/decodePicture.ts';
import { PictureError } from '../../models/image/pictureError.ts';
import { readText } from '../../models/image/pngText.ts';
import { LIMITS } from '../../workflows/schema/document.ts';
import { inspectJson } from '../../workflows/schema/inspectJson.ts';
import { type InspectedPicture, UnsupportedFile } from './library.ts';

/** Formats that every browser shows and the file store keeps as they are. */
const KEPT: Readonly<Record<string, InspectedPicture['extension']>> = {
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
};

/**
 * Judges an uploaded picture by its content: the header first, then by decoding it as the Load Image node will. Other
 * formats that can be read (GIF, TIFF, AVIF) become PNGs. Throws UnsupportedFile with a sentence.
 */
export async function inspectUpload(bytes: Uint8Array): Promise<InspectedPicture> {
  const { picture, alpha, format } = await decode(bytes);
  const { width, height } = picture;
  const extension = KEPT[format];
  if (!extension) {
    const channels = 3;
    const colours = sharp(picture.data, { raw: { width, height, channels } });
    if (!alpha) return { bytes: await colours.png().toBuffer(), extension: 'png', width, height };
    const mask = Uint8Array.from(alpha.data, (value) => Math.round(value * 255));
    const joined = colours.joinChannel(Buffer.from(mask), { raw: { width, height, channels: 1 } });
    return { bytes: await joined.png().toBuffer(), extension: 'png', width, height };
  }
  const workflow = extension === 'png' ? workflowInside(bytes) : undefined;
  return { bytes, extension, width, height, ...(workflow !== undefined && { workflow }) };
}

async function decode(bytes: Uint8Array): ReturnType<typeof decodePicture> {
  try {
    return await decodePicture(bytes);
  } catch (error) {
    if (error instanceof PictureError) throw new UnsupportedFile(error.message, error);
    throw error;
  }
}

/** The workflow that Save Image put into a PNG. A picture with damaged or hostile text in it is still a picture. */
function workflowInside(bytes: Uint8Array): unknown {
  try {
    const text = readText(bytes)['impasto-workflow'];
    if (text === undefined || text.length > LIMITS.documentBytes) return undefined;
    const json: unknown = JSON.parse(text);
    return inspectJson(json) ? undefined : json;
  } catch {
    return undefined;
  }
}
