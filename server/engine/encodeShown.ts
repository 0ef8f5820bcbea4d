import sharp from 'sharp';
import { encodeJpeg, encodePng, encodeWebp } from '../../models/image/encodePicture.ts';
import type { Picture } from '../../models/image/picture.ts';
import { embedText } from '../../models/image/pngText.ts';
import type { ShownPicture } from '../../nodes/contract/node.ts';
import type { EncodedPicture } from './messages.ts';

/** Pictures that are only looked at are not larger than a screen. */
const LARGEST_SIDE = 2048;

/**
 * A picture that a node shows, ready to be stored: what is saved in full and in the format asked for, a PNG with
 * `texts` inside; what is only shown as a JPEG of at most 2048 pixels, unless its pixels are counted.
 */
export async function encodeShown(
  { picture, save, fullSize }: ShownPicture,
  texts: () => Readonly<Record<string, string>>,
): Promise<EncodedPicture> {
  const { width, height } = picture;
  switch (save?.format) {
    case 'png': {
      const png = await encodePng(picture);
      const bytes = save.workflow === false ? png : embedText(png, texts());
      return { bytes, extension: 'png', width, height };
    }
    case 'jpeg':
      return { bytes: await encodeJpeg(picture, 92), extension: 'jpg', width, height };
    case 'webp':
      return { bytes: await encodeWebp(picture, 90), extension: 'webp', width, height };
    default:
      return fullSize ? fullCopy(picture, fullSize) : displayCopy(picture);
  }
}

async function fullCopy(picture: Picture, kind: 'lossy' | 'exact'): Promise<EncodedPicture> {
  const { width, height } = picture;
  return kind === 'exact'
    ? { bytes: await encodePng(picture), extension: 'png', width, height }
    : { bytes: await encodeJpeg(picture, 92), extension: 'jpg', width, height };
}

async function displayCopy({ width, height, data }: Picture): Promise<EncodedPicture> {
  const { data: bytes, info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: LARGEST_SIDE, height: LARGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true });
  return { bytes, extension: 'jpg', width: info.width, height: info.height };
}
