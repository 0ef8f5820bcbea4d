import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centerCrop, cropPicture } from '../../../models/image/cropPicture.ts';
import { loadStyleIdImage } from '../../../models/image/loadStyleIdImage.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { PictureError } from '../../../models/image/pictureError.ts';
import { resizePicture, resizeShorterSide } from '../../../models/image/resizePicture.ts';

const filters = ['nearest', 'box', 'bilinear', 'bicubic', 'lanczos'] as const;

/** One byte per pixel, repeated in all channels. */
function grey(width: number, height: number, level: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++)
    data.fill(level(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return { width, height, data };
}
const levels = ({ data }: Picture) => [...data].filter((_, i) => i % 3 === 0);

describe('resizePicture', () => {
  it('keeps one colour one colour, at any size, with every filter', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const sides = fc.record({ from: fc.tuple(side, side), width: side, height: side });
    fc.assert(
      fc.property(
        sides,
        fc.nat(255),
        fc.constantFrom(...filters),
        ({ from, width, height }, level, filter) => {
          const out = resizePicture(
            grey(...from, () => level),
            { width, height, filter },
          );
          expect(out.data.length).toBe(width * height * 3);
          expect(new Set(out.data)).toEqual(new Set([level]));
        },
      ),
    );
  });

  it('halves by averaging with box and picks with nearest, as Pillow', () => {
    const source = grey(4, 2, (x, y) => x * 10 + y * 100);
    expect(levels(resizePicture(source, { width: 2, height: 1, filter: 'box' }))).toEqual([55, 75]);
    expect(levels(resizePicture(source, { width: 2, height: 1, filter: 'nearest' }))).toEqual([110, 130]);
  });

  it('overshoots at an edge with lanczos and bicubic only', () => {
    const edge = grey(16, 1, (x) => (x < 8 ? 60 : 200));
    for (const filter of filters) {
      const out = levels(resizePicture(edge, { width: 32, height: 1, filter }));
      expect(Math.max(...out) > 200).toBe(filter === 'lanczos' || filter === 'bicubic');
    }
  });

  it.each([0, -3, 1.5, NaN])('refuses a size of %s', (width) => {
    expect(() =>
      resizePicture(
        grey(2, 2, () => 0),
        { width, height: 2, filter: 'box' },
      ),
    ).toThrow(PictureError);
  });

  it('makes the shorter side the given size', () => {
    const size = (w: number, h: number) => {
      const { width, height } = resizeShorterSide(
        grey(w, h, () => 0),
        { size: 40, filter: 'bilinear' },
      );
      return [width, height];
    };
    expect([size(96, 64), size(64, 96), size(10, 10)]).toEqual([
      [60, 40],
      [40, 60],
      [40, 40],
    ]);
  });
});

describe('cropping', () => {
  it('rounds the centre offset half to even, as torchvision in Python', () => {
    const ramp = (width: number) => grey(width, 1, (x) => x);
    expect(levels(centerCrop(ramp(5), 2, 1))).toEqual([2, 3]);
    expect(levels(centerCrop(ramp(7), 2, 1))).toEqual([2, 3]);
    expect(levels(centerCrop(ramp(4), 2, 1))).toEqual([1, 2]);
  });

  it('is black outside the picture', () => {
    const box = { left: -1, top: 0, width: 4, height: 2 };
    expect(
      levels(
        cropPicture(
          grey(2, 1, () => 9),
          box,
        ),
      ),
    ).toEqual([0, 9, 9, 0, 0, 0, 0, 0]);
    expect(
      levels(
        cropPicture(
          grey(2, 1, () => 9),
          { ...box, left: 5 },
        ),
      ),
    ).toEqual(Array(8).fill(0));
  });

  it('loads as StyleID does: centred square, then size x size', () => {
    const picture = loadStyleIdImage(
      grey(30, 10, (x) => (x < 10 ? 0 : x < 20 ? 100 : 255)),
      { width: 20, height: 20 },
    );
    expect([picture.width, picture.height]).toEqual([20, 20]);
    expect(new Set(picture.data)).toEqual(new Set([100]));
  });
});
