import type { Tensor } from '../../../../../models/tensor/tensor.ts';

interface Seen {
  readonly max_abs?: number;
  readonly max_rel_to_peak?: number;
}

/** Of these cases: five times what float32 made of the reference, and never less than 1e-5 of the largest value. */
export function recommendedTolerance(stated: unknown, { data }: Tensor): number {
  return Math.max(5 * ((stated as Seen | undefined)?.max_abs ?? 0), 1e-5 * peakOf(data));
}

/** The same for tensors that the case says nothing of, by what it says of another one, in shares of the largest value. */
export function relativeTolerance(statedOfAnother: unknown, { data }: Tensor): number {
  const { max_rel_to_peak: seen = 0 } = (statedOfAnother ?? {}) as Seen;
  return Math.max(5 * seen, 1e-5) * peakOf(data);
}

function peakOf(data: Float32Array): number {
  return data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
