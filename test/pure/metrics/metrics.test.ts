import { describe, expect, it } from 'vitest';
import { featureStatistics, frechetDistance } from '../../../models/metrics/frechetDistance.ts';
import { logDensities, qualityScore } from '../../../models/metrics/gaussianMixture.ts';
import { squareMatrix } from '../../../models/metrics/matrix.ts';
import { clipScores, scoredRegion } from '../../../models/metrics/regionClipScore.ts';
import { symmetricEigen } from '../../../models/metrics/symmetricEigen.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';

const features = (seed: number, rows: number, size: number) => new TorchGenerator(seed).randn([rows, size]);

describe('FID', () => {
  it('of diagonal Gaussians is what the formula gives', () => {
    const diagonal = (mean: number[], variances: number[]) => {
      const covariance = squareMatrix(mean.length);
      variances.forEach((variance, i) => (covariance.data[i * mean.length + i] = variance));
      return { mean: Float64Array.from(mean), covariance };
    };
    const distance = frechetDistance(diagonal([0, 1, 2], [1, 4, 0]), diagonal([3, 1, 2], [9, 1, 0.25]));
    expect(distance).toBeCloseTo(9 + (1 - 3) ** 2 + (2 - 1) ** 2 + 0.25, 10);
  });

  it('is nothing between equal sets, and the same both ways, also with fewer rows than dimensions', () => {
    const [one, other] = [featureStatistics(features(1, 8, 12)), featureStatistics(features(2, 9, 12))];
    expect(Math.abs(frechetDistance(one, one))).toBeLessThan(1e-6);
    expect(frechetDistance(one, other)).toBeCloseTo(frechetDistance(other, one), 6);
  });

  it('rests on eigenvalues that give the matrix back', () => {
    const { covariance } = featureStatistics(features(3, 40, 6));
    const { values, vectors } = symmetricEigen(covariance);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        const sum = values.reduce(
          (total, value, k) => total + value * vectors.data[i * 6 + k]! * vectors.data[j * 6 + k]!,
          0,
        );
        expect(sum).toBeCloseTo(covariance.data[i * 6 + j]!, 12);
      }
    }
  });
});

describe('Quality Score', () => {
  it('is the density of a mixture, cut at 0 and 300', () => {
    const mixture = {
      weights: { shape: [2], data: Float32Array.of(0.25, 0.75) },
      means: { shape: [2, 1], data: Float32Array.of(0, 4) },
      covariances: { shape: [2, 1, 1], data: Float32Array.of(1, 4) },
    };
    const normal = (x: number, mean: number, deviation: number): number =>
      Math.exp(-(((x - mean) / deviation) ** 2) / 2) / deviation / Math.sqrt(2 * Math.PI);
    const points = { shape: [2, 1], data: Float32Array.of(1, 900) };
    const found = logDensities(mixture, points);
    expect(found[0]).toBeCloseTo(Math.log(0.25 * normal(1, 0, 1) + 0.75 * normal(1, 4, 2)), 6);
    expect(found[1]).toBeLessThan(-1e4);
    expect(qualityScore([-20, 150, 600])).toBeCloseTo(50, 10);
  });

  it('refuses a covariance that is none', () => {
    const one = { shape: [1, 1], data: Float32Array.of(1) };
    const broken = { weights: one, means: one, covariances: { shape: [1, 1, 1], data: Float32Array.of(-1) } };
    expect(() => logDensities(broken, one)).toThrow(/not positive definite/);
  });
});

describe('region CLIP score', () => {
  it('looks from the first white pixel to the last, the last row and column left out', () => {
    const mask = { width: 8, height: 6, data: new Uint8Array(8 * 6 * 3) };
    for (let y = 1; y < 5; y++) mask.data.fill(255, (y * 8 + 2) * 3, (y * 8 + 7) * 3);
    expect(scoredRegion(mask)).toEqual({ left: 2, top: 1, width: 4, height: 3 });
    expect(scoredRegion({ ...mask, data: new Uint8Array(mask.data.length) })).toBeUndefined();
  });

  it('is a hundred times the cosine', () => {
    const one = { shape: [2, 2], data: Float32Array.of(3, 4, 1, 0) };
    const other = { shape: [2, 2], data: Float32Array.of(6, 8, 0, 5) };
    expect(clipScores(one, other)).toEqual([100, 0]);
  });
});
