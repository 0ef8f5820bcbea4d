import { describe, expect, it } from 'vitest';
import { clipPixels, exemplarPicture } from '../../../models/image/clipPixels.ts';
import { inpaintMask } from '../../../models/image/inpaintMask.ts';
import { resizeBilinear } from '../../../models/tensor/resizeBilinear.ts';
import { resizeNearest } from '../../../models/tensor/resizeNearest.ts';

const wide = { width: 90, height: 30, data: Uint8Array.from({ length: 90 * 30 * 3 }, (_, i) => i % 251) };

describe('the exemplar for CLIP', () => {
  it('is stretched by the authors and cut by diffusers', () => {
    for (const form of ['author', 'diffusers'] as const) {
      const { width, height } = exemplarPicture(wide, 28, form);
      expect([width, height]).toEqual([28, 28]);
    }
    const half = { ...wide, data: wide.data.map((_, i) => ((i / 3) % 90 < 30 ? 255 : 0)) };
    expect(exemplarPicture(half, 30, 'author').data[0]).toBe(255);
    // The middle third is black.
    expect(exemplarPicture(half, 30, 'diffusers').data[3]).toBe(0);
  });

  it('is centred and scaled per colour', () => {
    const { shape, data } = clipPixels({ width: 1, height: 1, data: Uint8Array.of(255, 0, 128) });
    expect(shape).toEqual([1, 3, 1, 1]);
    expect(data[0]).toBeCloseTo((1 - 0.48145466) / 0.26862954, 5);
    expect(data[1]).toBeCloseTo(-0.4578275 / 0.26130258, 5);
  });
});

describe('the mask for inpainting', () => {
  const mask = { width: 3, height: 1, data: Float32Array.of(127 / 255, 128 / 255, 1) };

  it('keeps what is not selected; one half is a hole', () => {
    expect([...inpaintMask(mask).data]).toEqual([1, 0, 0]);
    expect(inpaintMask(mask, 'soft').data[0]).toBeCloseTo(128 / 255, 5);
  });

  it('comes to the size of the latent: bilinear takes two pixels of each block, nearest the first', () => {
    const keep = { shape: [1, 1, 4, 4], data: Float32Array.from({ length: 16 }, (_, i) => i % 4) };
    expect([...resizeBilinear(keep, 1, 1).data]).toEqual([1.5]);
    expect([...resizeNearest(keep, 2, 2).data]).toEqual([0, 2, 0, 2]);
  });
});
