import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchLatentStatistics } from '../../../models/sampling/matchLatentStatistics.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { ramp } from './fakeDenoiser.ts';

/** Mean and unbiased deviation of a channel over all rows. */
function statistics({ shape, data }: { shape: readonly number[]; data: Float32Array }, channel: number) {
  const [rows, channels, height, width] = shape as [number, number, number, number];
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const start = (row * channels + channel) * height * width;
    values.push(...data.subarray(start, start + height * width));
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1)) };
}

describe('matchLatentStatistics', () => {
  it("gives the content the style's mean and spread, whatever their sizes", () => {
    fc.assert(
      fc.property(
        fc.float({ min: Math.fround(0.1), max: 3, noNaN: true }),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        (scale, side, rows) => {
          const style = ramp([1, 2, side, side + 1], scale);
          const matched = matchLatentStatistics({ content: ramp([rows, 2, 4, 4]), style });
          for (const channel of [0, 1]) {
            const [got, wanted] = [statistics(matched, channel), statistics(style, channel)];
            expect(got.mean).toBeCloseTo(wanted.mean, 3);
            expect(got.std / wanted.std).toBeCloseTo(1, 3);
          }
        },
      ),
    );
  });

  it('matches each sample on its own when asked', () => {
    const content = ramp([2, 1, 3, 3]);
    const style = ramp([1, 1, 5, 5], 0.5);
    const { data } = matchLatentStatistics({ content, style, per: 'sample' });
    const wanted = statistics(style, 0);
    for (const row of [0, 1]) {
      const one = { shape: [1, 1, 3, 3], data: data.slice(row * 9, row * 9 + 9) };
      expect(statistics(one, 0).mean).toBeCloseTo(wanted.mean, 3);
      expect(statistics(one, 0).std).toBeCloseTo(wanted.std, 3);
    }
  });

  it("turns a constant channel into the style's mean instead of NaN", () => {
    const flat = tensor([1, 1, 2, 2], new Float32Array(4).fill(3));
    const style = ramp([1, 1, 2, 2]);
    const { data } = matchLatentStatistics({ content: flat, style });
    for (const value of data) expect(value).toBeCloseTo(statistics(style, 0).mean, 5);
    const one = matchLatentStatistics({
      content: tensor([1, 1, 1, 1]),
      style: tensor([1, 1, 1, 1], Float32Array.of(7)),
    });
    expect([...one.data]).toEqual([7]);
  });

  it('refuses latents of other channels', () => {
    expect(() => matchLatentStatistics({ content: ramp([1, 4, 2, 2]), style: ramp([1, 3, 2, 2]) })).toThrow(
      /\[1, 4, 2, 2\] and \[1, 3, 2, 2\]/,
    );
  });
});
