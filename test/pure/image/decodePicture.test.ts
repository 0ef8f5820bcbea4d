import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import { encodeJpeg, encodePng, encodeWebp } from '../../../models/image/encodePicture.ts';
import { PictureError } from '../../../models/image/pictureError.ts';

/** 4 x 2: red, green, blue, white above; black below. */
const colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, ...Array<number>(12).fill(0)];
const small = { width: 4, height: 2, data: Uint8Array.from(colours) };
const source = () => sharp(small.data, { raw: { width: 4, height: 2, channels: 3 } });

/** Flat areas, so that lossy formats keep them. */
const big = () =>
  sharp({ create: { width: 64, height: 32, channels: 3, background: { r: 200, g: 100, b: 50 } } });

describe('decodePicture', () => {
  it('reads PNG exactly and the lossy formats closely', async () => {
    expect(await decodePicture(await encodePng(small))).toEqual({ picture: small, format: 'png' });
    const files = {
      jpeg: await big().jpeg().toBuffer(),
      webp: await big().webp().toBuffer(),
      gif: await big().gif().toBuffer(),
      tiff: await big().tiff().toBuffer(),
      avif: await big().avif().toBuffer(),
    };
    for (const [format, bytes] of Object.entries(files)) {
      const decoded = await decodePicture(bytes);
      expect([decoded.format, decoded.picture.width, decoded.picture.height]).toEqual([format, 64, 32]);
      const [red, green, blue] = decoded.picture.data;
      expect(Math.abs(red! - 200) + Math.abs(green! - 100) + Math.abs(blue! - 50)).toBeLessThan(12);
    }
  });

  it('turns pictures as their EXIF orientation says', async () => {
    const turned = await source().withMetadata({ orientation: 6 }).png().toBuffer();
    const { picture } = await decodePicture(turned);
    expect([picture.width, picture.height]).toEqual([2, 4]);
    expect([...picture.data.subarray(3, 6)]).toEqual([255, 0, 0]);
  });

  it('converts CMYK, grey, 16-bit and palettes to RGB', async () => {
    const cmyk = await decodePicture(await big().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    const [red, green, blue] = cmyk.picture.data;
    expect([cmyk.picture.data.length, red! > green!, green! > blue!]).toEqual([64 * 32 * 3, true, true]);
    const grey = await decodePicture(await big().greyscale().png().toBuffer());
    expect(new Set(grey.picture.data.subarray(0, 3)).size).toBe(1);
    expect(grey.picture.data.length).toBe(64 * 32 * 3);
    const deep = await decodePicture(await source().toColourspace('rgb16').png().toBuffer());
    expect(deep.picture).toEqual(small);
    const palette = await decodePicture(await source().png({ palette: true, colours: 8 }).toBuffer());
    expect(palette.picture).toEqual(small);
  });

  it('keeps alpha as a mask and does not multiply the colours by it', async () => {
    const rgba = Uint8Array.of(255, 0, 0, 0, 0, 255, 0, 51);
    const bytes = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { picture, alpha } = await decodePicture(bytes);
    expect([...picture.data]).toEqual([255, 0, 0, 0, 255, 0]);
    expect([...alpha!.data]).toEqual([0, Math.fround(0.2)]);
  });

  it('takes the first frame of an animation', async () => {
    const frame = (level: number) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r: level, g: 0, b: 0 } } });
    const frames = await Promise.all([200, 10].map((level) => frame(level).png().toBuffer()));
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { picture } = await decodePicture(bytes);
    expect([picture.width, picture.height, picture.data[0]! > 150]).toEqual([8, 8, true]);
  });

  it('refuses bombs from the header alone', async () => {
    const bomb = Buffer.from(await encodePng(small));
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    await expect(decodePicture(withHeaderCrc(bomb))).rejects.toMatchObject({
      code: 'too-large',
      message: 'This PNG has 60000 x 60000 pixels; at most 64 million are read.',
    });
    await expect(decodePicture(await encodePng(small), { maxPixels: 7 })).rejects.toBeInstanceOf(
      PictureError,
    );
  });

  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)(
    'refuses a %s cut anywhere',
    async (format) => {
      const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
      const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
        .toFormat(format)
        .toBuffer();
      for (const part of [0.1, 0.4, 0.7]) {
        const cut = whole.subarray(0, Math.max(32, Math.floor(whole.length * part)));
        const failure = await decodePicture(cut).then(
          () => `decoded at ${part}`,
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(PictureError);
        expect((failure as PictureError).message).toMatch(/^This .*\.$/s);
      }
    },
  );

  it.each([
    ['', /file is empty/],
    ['hello, world', /begins with "hello, world" and is no picture; expected PNG/],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', /is no picture/],
    ['%PDF-1.7', /is no picture/],
    ['\x89PNG\r\n\x1a\n', /is damaged or ends too early: it has 8 bytes\.$/],
    ['\xff\xd8\xff\xe0 garbage', /damaged|too early/],
  ])('refuses %j', async (text, sentence) => {
    const reading = decodePicture(Buffer.from(text, 'latin1'));
    await expect(reading).rejects.toBeInstanceOf(PictureError);
    await expect(reading).rejects.toThrow(sentence);
  });

  it('writes what it reads', async () => {
    for (const encode of [encodeJpeg, encodeWebp]) {
      const { picture } = await decodePicture(await encode(small, 95));
      expect([picture.width, picture.height]).toEqual([4, 2]);
    }
  });
});

/** The PNG with the CRC of its changed header put right. */
function withHeaderCrc(png: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of png.subarray(12, 29)) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  png.writeUInt32BE(~crc >>> 0, 29);
  return png;
}
