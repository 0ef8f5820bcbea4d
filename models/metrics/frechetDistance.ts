import type { Tensor } from '../tensor/tensor.ts';
import { multiply, squareMatrix, type SquareMatrix } from './matrix.ts';
import { symmetricEigen } from './symmetricEigen.ts';

/** Mean and unbiased covariance of feature rows. */
export interface FeatureStatistics {
  readonly mean: Float64Array;
  readonly covariance: SquareMatrix;
}

/** Statistics of features `[N, D]`, in double precision (numpy.cov). */
export function featureStatistics({ shape, data }: Tensor): FeatureStatistics {
  const [rows = 0, size = 0] = shape;
  const mean = new Float64Array(size);
  for (let i = 0; i < data.length; i++) mean[i % size]! += data[i]! / rows;
  const covariance = squareMatrix(size);
  const centred = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) centred[i] = data[row * size + i]! - mean[i]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        covariance.data[i * size + j]! += (centred[i]! * centred[j]!) / (rows - 1);
      }
    }
  }
  return { mean, covariance };
}

/**
 * Frechet distance of two Gaussians (FID, Heusel et al., 2017): |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)). The trace of
 * the root is that of (C1^(1/2) C2 C1^(1/2))^(1/2), which is symmetric, so singular covariances need no offset.
 */
export function frechetDistance(one: FeatureStatistics, other: FeatureStatistics): number {
  let distance = 0;
  for (let i = 0; i < one.mean.length; i++) distance += (one.mean[i]! - other.mean[i]!) ** 2;
  const root = squareRoot(one.covariance);
  const inner = multiply(multiply(root, other.covariance), root);
  const { values } = symmetricEigen(symmetric(inner));
  const shared = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return distance + trace(one.covariance) + trace(other.covariance) - 2 * shared;
}

function squareRoot(matrix: SquareMatrix): SquareMatrix {
  const { size } = matrix;
  const { values, vectors } = symmetricEigen(matrix);
  const scaled = squareMatrix(
    size,
    vectors.data.map((value, i) => value * Math.sqrt(Math.max(0, values[i % size]!))),
  );
  const turned = squareMatrix(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) turned.data[i * size + j] = vectors.data[j * size + i]!;
  }
  return multiply(scaled, turned);
}

function symmetric({ size, data }: SquareMatrix): SquareMatrix {
  return squareMatrix(
    size,
    data.map((value, i) => (value + data[(i % size) * size + Math.floor(i / size)]!) / 2),
  );
}

function trace({ size, data }: SquareMatrix): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += data[i * size + i]!;
  return sum;
}
