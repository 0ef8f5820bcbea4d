import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { readText } from '../../../models/image/pngText.ts';
import { encodeShown } from '../../../server/engine/encodeShown.ts';

const picture = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256),
});
const texts = () => ({ 'impasto-workflow': '{"title":"Ü"}' });

describe('encodeShown', () => {
  it('saves a PNG without loss, with the workflow inside unless told otherwise', async () => {
    const save = { name: 'a', format: 'png' } as const;
    const { bytes, extension } = await encodeShown({ slot: 'image', picture: picture(20, 10), save }, texts);
    expect(extension).toBe('png');
    expect(readText(bytes)).toEqual(texts());
    expect((await decodePicture(bytes)).picture).toEqual(picture(20, 10));
    const without = { ...save, workflow: false };
    const plain = await encodeShown({ slot: 'image', picture: picture(20, 10), save: without }, texts);
    expect(readText(plain.bytes)).toEqual({});
  });

  it.each(['jpeg', 'webp'] as const)('saves %s', async (format) => {
    const save = { name: 'a', format };
    const { bytes } = await encodeShown({ slot: 'image', picture: picture(20, 10), save }, texts);
    expect((await decodePicture(bytes)).format).toBe(format);
  });

  it('shows large pictures smaller and small ones as they are', async () => {
    const small = await encodeShown({ slot: 'image', picture: picture(30, 10) }, texts);
    expect([small.extension, small.width, small.height]).toEqual(['jpg', 30, 10]);
    const large = await encodeShown({ slot: 'image', picture: picture(4096, 64) }, texts);
    expect([large.width, large.height]).toEqual([2048, 32]);
  });

  it('keeps in full what is drawn over, without loss where its pixels are counted', async () => {
    const large = picture(4096, 64);
    const lossy = await encodeShown({ slot: 'input.image', picture: large, fullSize: 'lossy' }, texts);
    expect([lossy.extension, lossy.width, lossy.height]).toEqual(['jpg', 4096, 64]);
    const exact = await encodeShown({ slot: 'input.mask', picture: large, fullSize: 'exact' }, texts);
    expect((await decodePicture(exact.bytes)).picture).toEqual(large);
  });
});
