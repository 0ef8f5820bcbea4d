import { squareMatrix, type SquareMatrix } from './matrix.ts';

const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors (the columns) of a symmetric matrix by Jacobi's rotations, to the last bits also of small
 * eigenvalues. A sweep takes about 6 n^3 operations, and some ten are needed: for hundreds of dimensions, not thousands.
 */
export function symmetricEigen(matrix: SquareMatrix): { values: Float64Array; vectors: SquareMatrix } {
  const { size } = matrix;
  const a = matrix.data.slice();
  const vectors = squareMatrix(size);
  for (let i = 0; i < size; i++) vectors.data[i * size + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = Math.abs(a[p * size + q]!);
        const scale = Math.sqrt(Math.abs(a[p * size + p]! * a[q * size + q]!));
        if (off === 0 || off <= 1e-17 * scale) continue;
        largest = Math.max(largest, off);
        rotate({ size, data: a }, vectors, [p, q]);
      }
    }
    if (largest === 0) break;
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors };
}

/** Makes the element (p, q) zero (Golub and Van Loan, 8.5). */
function rotate(
  { size, data: a }: SquareMatrix,
  { data: v }: SquareMatrix,
  [p, q]: readonly [number, number],
): void {
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * a[p * size + q]!);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (data: Float64Array, one: number, other: number): void => {
    const [x, y] = [data[one]!, data[other]!];
    data[one] = cosine * x - sine * y;
    data[other] = sine * x + cosine * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q);
  a[p * size + q] = 0;
  a[q * size + p] = 0;
}
