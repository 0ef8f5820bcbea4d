import type { Tensor } from '../../../../../models/tensor/tensor.ts';

/** Of these cases: five times what float32 made of the reference, and never less than 1e-5 of the largest value. */
export function recommendedTolerance(stated: unknown, { data }: Tensor): number {
  const { max_abs: seen } = (stated ?? {}) as { max_abs?: number };
  const peak = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return Math.max(5 * (seen ?? 0), 1e-5 * peak);
}
