import { describe, expect, it } from 'vitest';
import type { Mask, Picture } from '../../../models/image/picture.ts';
import { composite } from '../../../nodes/image/composite.ts';
import { callNode } from './callNode.ts';

function plain(width: number, height: number, colour: readonly number[]): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colour, i * 3);
  return { width, height, data };
}

/** Every pixel another colour. */
function numbered(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7) % 256);
  return { width, height, data };
}

const background = plain(64, 48, [20, 40, 60]);

async function place(cutout: Picture, params: object = {}, mask?: Mask) {
  const { outputs, notes } = await callNode(composite, { background, cutout, mask }, { ...params });
  const [image, covered] = [outputs['image'] as Picture, outputs['mask'] as Mask];
  const at = (x: number, y: number): number[] => [
    ...image.data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3),
  ];
  const sum = covered.data.reduce((total, value) => total + value, 0);
  return { image, covered, at, sum, notes };
}

const pixel = ({ width, data }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('Composite', () => {
  it('keeps every pixel of a cut-out that is moved by whole pixels, flipped or turned by quarters', async () => {
    const cutout = numbered(16, 12);
    const moved = await place(cutout, { x: 5, y: -3 });
    expect(moved.at(24 + 5, 18 - 3)).toEqual(pixel(cutout, 0, 0));
    expect(moved.at(24 + 5 + 15, 18 - 3 + 11)).toEqual(pixel(cutout, 15, 11));
    expect(moved.at(0, 0)).toEqual([20, 40, 60]);
    expect(moved.sum).toBe(16 * 12);
    const flipped = await place(cutout, { flipX: true });
    expect(flipped.at(24, 18)).toEqual(pixel(cutout, 15, 0));
    const turned = await place(cutout, { rotation: 90 });
    // The top left corner comes to the top right one.
    expect(turned.at(32 + 5, 24 - 8)).toEqual(pixel(cutout, 0, 0));
  });

  it('brings in no dark edges: colours are mixed by their opacity', async () => {
    const cutout = { ...numbered(40, 40), data: new Uint8Array(40 * 40 * 3) };
    const mask: Mask = { width: 40, height: 40, data: new Float32Array(1600) };
    for (let i = 0; i < 1600; i++) {
      if (Math.hypot((i % 40) - 19.5, Math.floor(i / 40) - 19.5) > 14) continue;
      mask.data[i] = 1;
      cutout.data.set([20, 40, 60], i * 3);
    }
    for (const params of [
      { scale: 0.37, rotation: 33 },
      { scale: 1.7, rotation: -12, x: 0.3 },
    ]) {
      const { image, covered } = await place(cutout, params, mask);
      // What surrounds the object in its own picture is black, but the object has the colour of the background.
      const worst = Math.max(...image.data.map((value, i) => Math.abs(value - background.data[i]!)));
      expect(worst).toBeLessThanOrEqual(1);
      expect(covered.data.some((value) => value > 0.1 && value < 0.9)).toBe(true);
    }
  });

  it('covers as much as its scale says, large and small', async () => {
    expect((await place(numbered(8, 6), { scale: 4 })).sum).toBeCloseTo(32 * 24, -1);
    expect((await place(numbered(320, 240), { scale: 0.1, rotation: 20 })).sum).toBeCloseTo(32 * 24, -1);
  });

  it('averages when it shrinks, so that nothing flickers', async () => {
    const stripes = plain(400, 300, [0, 0, 0]);
    for (let i = 0; i < 400 * 300; i++) if (i % 2 === 0) stripes.data.set([255, 255, 255], i * 3);
    const { at } = await place(stripes, { scale: 0.11 });
    expect(at(32, 24)[0]).toBeGreaterThan(110);
    expect(at(32, 24)[0]).toBeLessThan(145);
  });

  it('stretches a mask of another size', async () => {
    const mask: Mask = { width: 2, height: 1, data: Float32Array.of(1, 0) };
    const { sum } = await place(numbered(16, 12), {}, mask);
    expect(sum).toBeCloseTo(96, 0);
  });

  it('leaves the background alone when nothing of the cut-out is on it, and says so', async () => {
    const beside = await place(numbered(16, 12), { x: 500 });
    expect(beside.image).toEqual(background);
    expect(beside.notes['covered']).toMatch(/^nothing/);
    const empty = await place(numbered(16, 12), {}, { width: 16, height: 12, data: new Float32Array(192) });
    expect(empty.image).toEqual(background);
  });

  it('takes a cut-out of one pixel, and one far larger than the background', async () => {
    expect((await place(plain(1, 1, [255, 0, 0]), { scale: 10 })).at(32, 24)[0]).toBeGreaterThan(245);
    const large = await place(plain(900, 700, [9, 8, 7]), { scale: 3 });
    expect(large.image).toEqual(plain(64, 48, [9, 8, 7]));
    expect(large.sum).toBe(64 * 48);
  });
});
