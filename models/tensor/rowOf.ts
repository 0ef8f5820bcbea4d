import type { Tensor } from './tensor.ts';

/** A row of a batch `[B, ...]` as a batch of one: `[1, ...]`. */
export function rowOf({ shape, data }: Tensor, row: number): Tensor {
  const size = data.length / shape[0]!;
  return { shape: [1, ...shape.slice(1)], data: data.slice(row * size, (row + 1) * size) };
}
