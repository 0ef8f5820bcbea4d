import { describe, expect, it } from 'vitest';
import { coveredPlaces } from '../../../models/painterly/coveredPlaces.ts';
import { dilated, maskPyramid, softEdge } from '../../../models/painterly/masks.ts';
import { gaussianKernel, smooth } from '../../../models/painterly/smooth.ts';
import { torch7Bilinear, torch7FittedSize, torch7Nearest } from '../../../models/painterly/torch7Resize.ts';

const row = (...data: number[]) => ({ width: data.length, height: 1, data: Float32Array.from(data) });
const filled = (width: number, height: number, value: number) => ({
  width,
  height,
  data: new Float32Array(width * height).fill(value),
});

describe("torch7's resizing", () => {
  it('keeps corners when it enlarges, and takes means when it shrinks', () => {
    expect([...torch7Bilinear(row(0, 1), { width: 5, height: 1 }).data]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const [first, second] = torch7Bilinear(row(3, 6, 9), { width: 2, height: 1 }).data;
    // One and a half pixels each.
    expect(first).toBeCloseTo((3 + 6 / 2) / 1.5, 5);
    expect(second).toBeCloseTo((6 / 2 + 9) / 1.5, 5);
  });

  it('finds its places in float32, which shows along a large picture', () => {
    const impulse = filled(3001, 1, 0);
    impulse.data[2900] = 1;
    // By the C code; in double precision it would be 0.310896.
    expect(torch7Bilinear(impulse, { width: 2000, height: 1 }).data[1932]).toBeCloseTo(0.310771, 6);
  });

  it('takes a single pixel for whatever is made of it', () => {
    expect([...torch7Bilinear(row(7), { width: 3, height: 2 }).data]).toEqual([7, 7, 7, 7, 7, 7]);
    expect([...torch7Nearest(row(1, 2, 3), { width: 2, height: 1 }).data]).toEqual([1, 2]);
  });

  it('fits the longer side, and never to nothing', () => {
    expect(torch7FittedSize({ width: 17, height: 13 }, 24)).toEqual({ width: 24, height: 18 });
    expect(torch7FittedSize({ width: 1000, height: 1 }, 100)).toEqual({ width: 100, height: 1 });
  });
});

describe('masks', () => {
  it('stay full inside and fade at the edge of the picture, where nothing lies outside', () => {
    const pyramid = maskPyramid(filled(32, 32, 1));
    const first = pyramid.get('relu1_1')!;
    expect(first.data[0]).toBeCloseTo(4 / 9, 6);
    expect(first.data[5 * 32 + 5]).toBeCloseTo(1, 6);
    expect(pyramid.get('relu5_1')!.width).toBe(2);
    expect(pyramid.get('pool1')).toEqual(expect.objectContaining({ width: 16, height: 16 }));
  });

  it('round odd sizes up, down to one pixel', () => {
    expect(maskPyramid(filled(33, 1, 1)).get('relu5_1')).toEqual(
      expect.objectContaining({ width: 3, height: 1 }),
    );
  });

  it('of nothing stay nothing, and grow by about a third of the kernel', () => {
    expect(dilated(filled(40, 40, 0)).data.some((value) => value > 0)).toBe(false);
    const half = {
      width: 60,
      height: 60,
      data: Float32Array.from({ length: 3600 }, (_, i) => (i % 60 < 30 ? 1 : 0)),
    };
    const reach =
      dilated(half)
        .data.subarray(30 * 60, 31 * 60)
        .lastIndexOf(1) - 29;
    expect(reach).toBeGreaterThan(8);
    expect(reach).toBeLessThan(17);
    expect([...dilated(half).data].every((value) => value === 0 || value === 1)).toBe(true);
  });

  it('get a soft edge of three pixels', () => {
    const half = {
      width: 20,
      height: 20,
      data: Float32Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 1 : 0)),
    };
    const edge = softEdge(half).data.subarray(200, 220);
    expect(edge[6]).toBeCloseTo(1, 5);
    expect(edge[13]).toBeCloseTo(0, 5);
    expect(edge[9]).toBeGreaterThan(0.5);
  });

  it('select the places of a layer whose nearest pixel they select', () => {
    const places = coveredPlaces(row(0, 0.05, 0, 1, 1, 1, 0.2, 0), { width: 4, height: 1 });
    expect([...places.data]).toEqual([0, 0, 1, 1]);
  });

  it('select the places that have any of an object too small for the nearest pixels', () => {
    const between = row(0, 0, 0, 0.02, 0, 0, 0, 0);
    expect([...coveredPlaces(between, { width: 4, height: 1 }).data]).toEqual([0, 1, 0, 0]);
    expect([...coveredPlaces(row(0, 0, 0, 0), { width: 2, height: 1 }).data]).toEqual([0, 0]);
  });

  it('are smoothed by kernels that add up to one', () => {
    expect(gaussianKernel(7, 1).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    expect(smooth(filled(9, 9, 2), gaussianKernel(3, 1)).data[40]).toBeCloseTo(2, 6);
  });
});
