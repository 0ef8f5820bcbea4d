import type { Tensor } from '../tensor/tensor.ts';
import { squareMatrix, type SquareMatrix } from './matrix.ts';

export interface GaussianMixture {
  /** `[K]` */
  readonly weights: Tensor;
  /** `[K, D]` */
  readonly means: Tensor;
  /** `[K, D, D]` */
  readonly covariances: Tensor;
}

/** Logarithm of the density of a mixture at points `[N, D]` (scikit-learn's GaussianMixture.score_samples). */
export function logDensities(mixture: GaussianMixture, points: Tensor): Float64Array {
  const [count = 0, size = 0] = points.shape;
  const parts = Array.from({ length: mixture.weights.data.length }, (_, k) => component(mixture, k, size));
  const point = new Float64Array(size);
  return Float64Array.from({ length: count }, (_, row) => {
    for (let i = 0; i < size; i++) point[i] = points.data[row * size + i]!;
    const logs = parts.map((density) => density(point));
    const largest = Math.max(...logs);
    return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
  });
}

/** Quality Score of Paint by Example: the mean of log densities, cut at 0 and 300, as a percentage of 300. */
export function qualityScore(densities: ArrayLike<number>): number {
  const cut = Array.from(densities, (value) => Math.min(1, Math.max(0, value / 300)));
  return (cut.reduce((sum, value) => sum + value, 0) / cut.length) * 100;
}

/** The weighted log density of one component. Throws RangeError for a covariance that is not positive definite. */
function component(
  { weights, means, covariances }: GaussianMixture,
  index: number,
  size: number,
): (point: Float64Array) => number {
  const covariance = squareMatrix(
    size,
    Float64Array.from(covariances.data.subarray(index * size * size, (index + 1) * size * size)),
  );
  const root = cholesky(covariance);
  let logRoot = 0;
  for (let i = 0; i < size; i++) logRoot += Math.log(root.data[i * size + i]!);
  const constant = Math.log(weights.data[index]!) - (size / 2) * Math.log(2 * Math.PI) - logRoot;
  const solved = new Float64Array(size);
  return (point) => {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      let rest = point[i]! - means.data[index * size + i]!;
      for (let j = 0; j < i; j++) rest -= root.data[i * size + j]! * solved[j]!;
      solved[i] = rest / root.data[i * size + i]!;
      squares += solved[i]! ** 2;
    }
    return constant - squares / 2;
  };
}

function cholesky({ size, data }: SquareMatrix): SquareMatrix {
  const root = squareMatrix(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = data[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= root.data[i * size + k]! * root.data[j * size + k]!;
      if (i === j && !(rest > 0))
        throw new RangeError('A covariance of the mixture is not positive definite.');
      root.data[i * size + j] = i === j ? Math.sqrt(rest) : rest / root.data[j * size + j]!;
    }
  }
  return root;
}
