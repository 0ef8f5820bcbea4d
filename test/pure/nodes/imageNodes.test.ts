import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../models/image/encodePicture.ts';
import type { Mask, Picture } from '../../../models/image/picture.ts';
import { compareImages } from '../../../nodes/image/compareImages.ts';
import { fittedSize } from '../../../nodes/image/fittedSize.ts';
import { loadImage } from '../../../nodes/image/loadImage.ts';
import { resizeImage } from '../../../nodes/image/resizeImage.ts';
import { saveImage } from '../../../nodes/image/saveImage.ts';
import { callNode } from './callNode.ts';

/** Red grows to the right, green downwards. */
function gradient(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    data[i * 3] = Math.round(((i % width) / (width - 1)) * 255);
    data[i * 3 + 1] = Math.round((Math.floor(i / width) / (height - 1)) * 255);
  }
  return { width, height, data };
}

const sizeOf = async (picture: Picture, params: object) => {
  const { outputs } = await callNode(resizeImage, { image: picture }, { ...params });
  const { width, height, data } = outputs['image'] as Picture;
  return { width, height, left: data[0]!, right: data[(width - 1) * 3]!, bottom: data.at(-2)! };
};

describe('Resize / Crop', () => {
  it('fills and crops: the middle stays', async () => {
    const found = await sizeOf(gradient(200, 100), { width: 64, height: 64 });
    expect(found).toMatchObject({ width: 64, height: 64 });
    expect(found.left).toBeGreaterThan(55);
    expect(found.right).toBeLessThan(200);
    expect(found.bottom).toBeGreaterThan(250);
  });

  it.each(['crop', 'contain', 'stretch', 'styleid'])(
    'brings a mask along, in step with the picture: %s',
    async (fit) => {
      const image = gradient(300, 100);
      const grown = (scale: number) => ({ width: 300 * scale, height: 100 * scale });
      // Selects what is red: where the mask is, the picture must be, whatever was cut off.
      const mask = (scale: number): Mask => {
        const { width, height } = grown(scale);
        const data = Float32Array.from({ length: width * height }, (_, i) => ((i % width) + 0.5) / width);
        return { width, height, data };
      };
      for (const scale of [1, 2]) {
        const { outputs } = await callNode(
          resizeImage,
          { image, mask: mask(scale) },
          { width: 64, height: 64, fit, filter: 'bilinear' },
        );
        const resized = outputs['image'] as Picture;
        const along = outputs['mask'] as Mask;
        expect([along.width, along.height]).toEqual([resized.width, resized.height]);
        const apart = along.data.map((value, i) => Math.abs(value - resized.data[i * 3]! / 255));
        expect(Math.max(...apart)).toBeLessThan(0.02);
      }
    },
  );

  it('selects everything when no mask comes in', async () => {
    const { outputs } = await callNode(resizeImage, { image: gradient(30, 30) }, { width: 16, height: 8 });
    expect(outputs['mask']).toEqual({ width: 16, height: 8, data: new Float32Array(128).fill(1) });
  });

  it('says so when the size is not the one that was asked for', async () => {
    const notesFor = async (params: object) =>
      (await callNode(resizeImage, { image: gradient(300, 300) }, { ...params })).notes;
    expect(await notesFor({ width: 250, height: 250 })).toEqual({
      size: '248 x 248',
      rounded: '250 x 250 became 248 x 248: sizes are in multiples of 8',
    });
    expect(await notesFor({ width: 250, height: 250, multiple: '1' })).toEqual({ size: '250 x 250' });
  });

  it('fits inside, keeping the shape in whole multiples', async () => {
    expect(await sizeOf(gradient(200, 100), { width: 64, height: 64, fit: 'contain' })).toMatchObject({
      width: 64,
      height: 32,
    });
    expect(
      fittedSize({ width: 1000, height: 10 }, { width: 64, height: 64, fit: 'contain', multiple: 8 }),
    ).toEqual({
      width: 64,
      height: 8,
    });
  });

  it('stretches, and takes exact sizes when asked to', async () => {
    const found = await sizeOf(gradient(200, 100), { width: 50, height: 33, fit: 'stretch', multiple: '1' });
    expect(found).toMatchObject({ width: 50, height: 33 });
    expect(found.right).toBeGreaterThan(245);
  });

  it('cuts the centre square as StyleID does', async () => {
    const found = await sizeOf(gradient(100, 200), { width: 64, height: 64, fit: 'styleid' });
    expect(found).toMatchObject({ width: 64, height: 64 });
    expect(found.right).toBeGreaterThan(250);
    expect(found.bottom).toBeLessThan(200);
  });

  it('rounds down to multiples of 8 by default', async () => {
    expect(await sizeOf(gradient(20, 20), { width: 30, height: 17, fit: 'stretch' })).toMatchObject({
      width: 24,
      height: 16,
    });
  });
});

describe('Load Image', () => {
  it('gives the picture and, without transparency, everything as mask', async () => {
    const bytes = await encodePng(gradient(10, 6));
    const services = { readFile: async () => bytes };
    const { outputs, shown } = await callNode(loadImage, {}, { image: 'sample:a.png' }, services);
    expect(outputs['image']).toMatchObject({ width: 10, height: 6 });
    expect((outputs['mask'] as Mask).data.every((value) => value === 1)).toBe(true);
    expect(shown).toHaveLength(1);
  });

  it('says what is wrong with a file that is no picture', async () => {
    const services = { readFile: async () => new TextEncoder().encode('hello') };
    const call = callNode(loadImage, {}, { image: 'sample:a.png' }, services);
    await expect(call).rejects.toMatchObject({ code: 'bad-picture', port: 'image' });
    await expect(callNode(loadImage, {})).rejects.toMatchObject({ code: 'missing-file' });
  });
});

describe('Save Image and Compare', () => {
  it('show and keep what they get', async () => {
    const image = gradient(8, 8);
    const saved = await callNode(saveImage, { image }, { name: 'x', format: 'webp' });
    expect(saved.shown).toMatchObject([
      { slot: 'image', picture: image, save: { name: 'x', format: 'webp' } },
    ]);
    const compared = await callNode(compareImages, { before: image, after: gradient(4, 4) });
    expect(compared.shown.map(({ slot }) => slot)).toEqual(['before', 'after']);
  });
});
