import type { NetworkPrecision } from '../runtime/precision.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { WeightInfo, WeightSource } from '../weights/weightSource.ts';

/** Values from which a network counts as large: widening them takes seconds, and as much memory as it matters. */
const LARGE = 50e6;

/** Whether the CPU holds a network's matrices in half precision: asked for, or since a large file has most of them so. */
export function heldInHalf(weights: WeightSource, precision: NetworkPrecision): boolean {
  if (precision === 'float16') return true;
  const half = ({ dtype }: WeightInfo) => dtype === 'float16' || dtype === 'bfloat16';
  const count = countElements(weights);
  return count >= LARGE && countElements(weights, half) > count / 2;
}

/** Values of all tensors, or of those that `which` picks. */
export function countElements({ tensors }: WeightSource, which?: (info: WeightInfo) => boolean): number {
  let count = 0;
  for (const info of tensors.values()) if (which?.(info) ?? true) count += elementCount(info.shape);
  return count;
}
