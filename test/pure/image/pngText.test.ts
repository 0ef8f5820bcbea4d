import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import { encodePng } from '../../../models/image/encodePicture.ts';
import { embedText, readText } from '../../../models/image/pngText.ts';

const picture = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
let png: Uint8Array;
beforeAll(async () => {
  png = await encodePng(picture);
});

/** Inserts a chunk with a right CRC after the header. */
function withChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crcOf(body), 4);
  return Buffer.concat([png.subarray(0, 33), ends.subarray(0, 4), body, ends.subarray(4), png.subarray(33)]);
}
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('text in PNGs', () => {
  it('comes back whatever it says, and the picture is as before', async () => {
    const keyword = fc.stringMatching(/^[!-~]{1,79}$/);
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keyword, text, { maxKeys: 4, noNullPrototype: true }), async (texts) => {
        const carrying = embedText(png, texts);
        expect(readText(carrying)).toEqual(texts);
        expect((await decodePicture(carrying)).picture).toEqual(picture);
      }),
      { numRuns: 40 },
    );
  });

  it('is replaced under the same keyword and kept under others', () => {
    const once = embedText(png, { workflow: 'old', seed: '1' });
    expect(readText(embedText(once, { workflow: 'new' }))).toEqual({ workflow: 'new', seed: '1' });
  });

  it('is understood by sharp, and sharp’s by us', async () => {
    const ours = await sharp(embedText(png, { workflow: '{"größe":1}' })).metadata();
    expect(ours.comments).toEqual([{ keyword: 'workflow', text: '{"größe":1}' }]);
  });

  it('reads tEXt, zTXt and compressed iTXt', () => {
    expect(readText(withChunk('tEXt', Buffer.from('a\0caf\xe9', 'latin1')))).toEqual({ a: 'café' });
    const packed = Buffer.concat([Buffer.from('b\0\0'), deflateSync('hello')]);
    expect(readText(withChunk('zTXt', packed))).toEqual({ b: 'hello' });
    const long = Buffer.concat([
      Buffer.from('c\0\x01\0de\0titel\0', 'latin1'),
      deflateSync(Buffer.from('größe')),
    ]);
    expect(readText(withChunk('iTXt', long))).toEqual({ c: 'größe' });
  });

  it('is refused when damaged, endless or not in a PNG', () => {
    const carrying = Buffer.from(embedText(png, { workflow: 'x'.repeat(100) }));
    carrying[80]! ^= 1;
    expect(() => readText(carrying)).toThrow(/CRC is wrong/);
    expect(() => readText(carrying.subarray(0, 100))).toThrow(/ends inside the chunk/);
    expect(() => readText(Buffer.from('GIF89a'))).toThrow(/no PNG/);
    const bomb = Buffer.concat([Buffer.from('b\0\0'), deflateSync(Buffer.alloc(40 * 2 ** 20))]);
    expect(() => readText(withChunk('zTXt', bomb))).toThrow(/more than 32 MiB/);
    expect(() => readText(withChunk('tEXt', Buffer.from('no end')))).toThrow(/no keyword/);
    expect(() => embedText(png, { '': 'x' })).toThrow(/1 to 79/);
    expect(() => embedText(png, { ['k'.repeat(80)]: 'x' })).toThrow(/1 to 79/);
  });
});
