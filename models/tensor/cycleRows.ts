import type { Tensor } from './tensor.ts';

/** `[R, ...]` to `[rows, ...]`: row b is row b mod R, so that one row serves all, and R rows every half of a doubled batch. */
export function cycleRows(given: Tensor, rows: number): Tensor {
  const [found = 1, ...rest] = given.shape;
  if (found === rows) return given;
  const size = given.data.length / found;
  const data = new Float32Array(size * rows);
  for (let row = 0; row < rows; row++) {
    const from = (row % found) * size;
    data.set(given.data.subarray(from, from + size), row * size);
  }
  return { shape: [rows, ...rest], data };
}
