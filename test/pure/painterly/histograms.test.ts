import { describe, expect, it } from 'vitest';
import {
  channelHistograms,
  rankedValues,
  remapResponses,
} from '../../../models/painterly/channelHistograms.ts';
import { gramMatrix } from '../../../models/painterly/gramMatrix.ts';
import { paintingNoise, styleWeights } from '../../../models/painterly/styleWeights.ts';
import { tensor } from '../../../models/tensor/tensor.ts';

const plane = (width: number, height: number, ...data: number[]) => ({
  width,
  height,
  data: Float32Array.from(data),
});

describe('histograms of responses', () => {
  const target = tensor([1, 1, 1, 4], Float32Array.of(10, 20, 30, 99));
  const three = plane(4, 1, 1, 1, 1, 0);

  it('count where the mask is, scaled to as many positions as are remapped', () => {
    const { min, max, counts } = channelHistograms(target, three, { positions: 6, bins: 256 });
    expect([min[0], max[0]]).toEqual([10, 30]);
    expect([counts[0], counts[128], counts[255]]).toEqual([2, 2, 2]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
  });

  it('have as many bins as are asked for', () => {
    const { counts } = channelHistograms(target, three, { positions: 3, bins: 2 });
    expect([...counts]).toEqual([1, 2]);
    expect([...rankedValues(channelHistograms(target, three, { positions: 3, bins: 2 })).data]).toEqual([
      10, 20, 25,
    ]);
  });

  it('give responses their values by rank, ties in raster order, and leave the others alone', () => {
    const ranked = rankedValues(channelHistograms(target, three, { positions: 3, bins: 256 }));
    expect([...ranked.data].map(Math.round)).toEqual([10, 20, 30]);
    const responses = tensor([1, 1, 1, 4], Float32Array.of(5, 1, 7, 5));
    const mask = plane(4, 1, 1, 0, 1, 1);
    const found = remapResponses(responses, mask, ranked);
    expect([...found.data].map(Math.round)).toEqual([10, 1, 30, 20]);
  });

  it('take a channel of one value, and a mask that selects nothing', () => {
    const flat = channelHistograms(tensor([1, 1, 1, 2], Float32Array.of(4, 4)), plane(2, 1, 1, 1), {
      positions: 2,
      bins: 256,
    });
    expect([...rankedValues(flat).data]).toEqual([4, 4]);
    const none = channelHistograms(target, plane(4, 1, 0, 0, 0, 0), { positions: 2, bins: 256 });
    expect([...rankedValues(none).data].every(Number.isFinite)).toBe(true);
    expect(rankedValues(channelHistograms(target, three, { positions: 0, bins: 256 })).data).toHaveLength(0);
  });
});

describe('Gram matrices', () => {
  it('weigh responses by the mask, and are zero without one', () => {
    const responses = tensor([1, 2, 1, 2], Float32Array.of(1, 2, 3, 4));
    const mask = plane(2, 1, 1, 0.5);
    // Channels [1, 1] and [3, 2], over 2 channels and a mask of 1.5.
    expect([...gramMatrix(responses, mask).data].map((value) => Number((value * 3).toFixed(5)))).toEqual([
      2, 5, 5, 13,
    ]);
    expect([...gramMatrix(responses, plane(2, 1, 0, 0)).data]).toEqual([0, 0, 0, 0]);
  });
});

describe('weights by style', () => {
  it('go from smoothness to histograms as a painting gets grainier', () => {
    const smooth = tensor([1, 3, 8, 8]);
    const grainy = tensor(
      [1, 3, 8, 8],
      Float32Array.from({ length: 192 }, (_, i) => i % 2),
    );
    expect(paintingNoise(smooth)).toBe(0);
    expect(styleWeights(5, paintingNoise(smooth)).tv).toBeCloseTo(50, 3);
    expect(styleWeights(5, paintingNoise(grainy)).histogram).toBeCloseTo(50, 3);
    expect(styleWeights(1, 0)).toMatchObject({ content: 1, style: 1 });
  });

  it('take a painting of one row for smooth', () => {
    expect(paintingNoise(tensor([1, 3, 1, 9]))).toBe(0);
  });
});
