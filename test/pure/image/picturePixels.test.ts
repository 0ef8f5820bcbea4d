import { describe, expect, it } from 'vitest';
import { picturesToPixels, pixelsToPicture } from '../../../models/image/picturePixels.ts';
import { tensor } from '../../../models/tensor/tensor.ts';

const levels = { width: 16, height: 16, data: Uint8Array.from({ length: 768 }, (_, i) => i % 256) };

describe('picturesToPixels and pixelsToPicture', () => {
  it('compute 2 * (p / 255) - 1 in float32, channel by channel', () => {
    const { shape, data } = picturesToPixels([levels, levels]);
    expect(shape).toEqual([2, 3, 16, 16]);
    const level = levels.data[7 * 3 + 1]!;
    const expected = Math.fround(Math.fround(2 * Math.fround(level / 255)) - 1);
    expect([data[256 + 7], data[768 + 256 + 7]]).toEqual([expected, expected]);
    expect([Math.min(...data), Math.max(...data)]).toEqual([-1, 1]);
  });

  it('come back exactly when rounding, and at most one level lower when truncating as the authors do', () => {
    const pixels = picturesToPixels([levels]);
    expect(pixelsToPicture(pixels, { rounding: 'round' }).data).toEqual(levels.data);
    const lower = pixelsToPicture(pixels).data.map((level, i) => levels.data[i]! - level);
    expect(Math.max(...lower)).toBeLessThanOrEqual(1);
  });

  it('clamp, truncate, and turn NaN into black', () => {
    const values = [-9, -1, 0, 0.999, 1, 9, NaN, 127.9 / 127.5 - 1, 1.5 / 127.5 - 1];
    const pixels = tensor([1, 3, 1, 3], Float32Array.from(values));
    const byChannel = (data: Uint8Array) => [0, 1, 2].flatMap((c) => [data[c], data[3 + c], data[6 + c]]);
    expect(byChannel(pixelsToPicture(pixels).data)).toEqual([0, 0, 127, 254, 255, 255, 0, 127, 1]);
    expect(byChannel(pixelsToPicture(pixels, { rounding: 'round' }).data).slice(2, 8)).toEqual([
      128, 255, 255, 255, 0, 128,
    ]);
  });

  it('refuse what is no batch of pictures of one size', () => {
    expect(() => picturesToPixels([])).toThrow(/at least one/);
    expect(() => picturesToPixels([levels, { width: 1, height: 1, data: new Uint8Array(3) }])).toThrow(
      /16 x 16 and 1 x 1/,
    );
    expect(() => pixelsToPicture(tensor([1, 4, 2, 2]))).toThrow(/\[B, 3, H, W\], found \[1, 4, 2, 2\]/);
  });
});
