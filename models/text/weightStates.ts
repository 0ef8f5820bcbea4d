import type { Tensor } from '../tensor/tensor.ts';

/**
 * The text encoder's states `[1, tokens, dim]`, each multiplied by its token's weight, then all by one factor that brings
 * their mean back, so that emphasis changes what counts and not how loud the whole is (AUTOMATIC1111's web UI).
 */
export function weightStates({ shape, data }: Tensor, weights: Float32Array): Tensor {
  if (weights.every((weight) => weight === 1)) return { shape, data };
  const dim = data.length / weights.length;
  const weighted = data.map((value, i) => value * weights[Math.floor(i / dim)]!);
  const [before, after] = [sum(data), sum(weighted)];
  const factor = after === 0 ? 1 : before / after;
  return { shape, data: weighted.map((value) => value * factor) };
}

function sum(data: Float32Array): number {
  return data.reduce((total, value) => total + value, 0);
}
