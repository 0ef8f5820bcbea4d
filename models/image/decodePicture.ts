import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';
import type { Mask, Picture } from './picture.ts';
import { PictureError } from './pictureError.ts';
import { sniffPicture } from './sniffPicture.ts';

export interface DecodedPicture {
  readonly picture: Picture;
  /** The alpha channel, when the file has one; colours are not multiplied by it, as in PIL's convert('RGB'). */
  readonly alpha?: Mask;
  readonly format: string;
}

export interface DecodeLimits {
  /** Refused from the header, before decoding. Default: 64 million. */
  readonly maxPixels?: number;
  /** `convert` (default) honours an embedded colour profile, `ignore` takes the numbers as they are, as PIL does. */
  readonly profile?: 'convert' | 'ignore';
}

const expected = 'expected PNG, JPEG, WebP, GIF, TIFF or AVIF';

/**
 * Picture bytes as 8-bit sRGB: EXIF rotation applied, first frame of an animation, CMYK, grey, palette and 16-bit
 * converted. Throws PictureError `not-a-picture`, `truncated`, `too-large` or `unsupported`.
 */
export async function decodePicture(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<DecodedPicture> {
  const { maxPixels = 64_000_000, profile = 'convert' } = limits;
  const format = sniffPicture(bytes);
  if (!format) throw notAPicture(bytes);
  const image = sharp(bytes, {
    failOn: 'error',
    limitInputPixels: false,
    pages: 1,
    ignoreIcc: profile === 'ignore',
  });
  const header = await readHeader(image, { format, bytes: bytes.byteLength });
  const { width, height } = header;
  if (width * height > maxPixels) {
    throw new PictureError(
      'too-large',
      `This ${format.toUpperCase()} has ${width} x ${height} pixels; at most ${Math.floor(maxPixels / 1e6)} million are read.`,
    );
  }
  const raw = await decode(image, { format, header, bytes: bytes.byteLength });
  const samples = new Uint8Array(raw.data.buffer, raw.data.byteOffset, raw.data.byteLength);
  return { ...splitAlpha(samples, raw.info), format };
}

async function readHeader(image: Sharp, file: { format: string; bytes: number }): Promise<Metadata> {
  try {
    return await image.metadata();
  } catch (error) {
    throw damaged(error, file);
  }
}

async function decode(
  image: Sharp,
  file: { format: string; header: Metadata; bytes: number },
): Promise<{ data: Uint8Array; info: { width: number; height: number; channels: number } }> {
  try {
    return await image
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw damaged(error, file);
  }
}

/** Grey or colour, with or without alpha, as an RGB picture and a mask. */
function splitAlpha(
  data: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): { picture: Picture; alpha?: Mask } {
  if (channels === 3) return { picture: { width, height, data } };
  const area = width * height;
  const hasAlpha = channels === 2 || channels === 4;
  const colours = channels >= 3 ? 3 : 1;
  const rgb = new Uint8Array(area * 3);
  const alpha = new Float32Array(hasAlpha ? area : 0);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (colours === 3 ? c : 0)]!;
    if (hasAlpha) alpha[i] = data[i * channels + channels - 1]! / 255;
  }
  const picture = { width, height, data: rgb };
  return hasAlpha ? { picture, alpha: { width, height, data: alpha } } : { picture };
}

function notAPicture(bytes: Uint8Array): PictureError {
  if (bytes.byteLength === 0) return new PictureError('not-a-picture', `The file is empty; ${expected}.`);
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.byteLength));
  const shown = start.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
  return new PictureError('not-a-picture', `The file begins with "${shown}" and is no picture; ${expected}.`);
}

function damaged(error: unknown, file: { format: string; header?: Metadata; bytes: number }): PictureError {
  const said = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  // libvips' own words, without sharp's before them; for some files there are none.
  const reason = said.replace(/^Input buffer has corrupt header:\s*/, '');
  const name = file.format.toUpperCase();
  const size = file.header ? `of ${file.header.width} x ${file.header.height} pixels ` : '';
  if (/unsupported|not supported|compression format/i.test(reason)) {
    return new PictureError('unsupported', `This kind of ${name} cannot be read (${reason}); ${expected}.`, {
      cause: error,
    });
  }
  return new PictureError(
    'truncated',
    `This ${name} ${size}is damaged or ends too early: it has ${file.bytes} bytes${reason && ` (${reason})`}.`,
    { cause: error },
  );
}
