import type { Precision } from '../runtime/precision.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { WeightInfo, WeightSource } from '../weights/weightSource.ts';

/** Values from which a network counts as large: widening them takes seconds, and as much memory as it matters. */
const LARGE = 50e6;

/** Whether a network's matrices take two bytes a value in memory: asked for, or since a large file has them so. */
export function heldInHalf(weights: WeightSource, precision: Precision): boolean {
  if (precision !== 'stored') return precision === 'float16';
  return storedInHalf(weights) && countElements(weights) >= LARGE;
}

/** Whether most values of a file are in half precision. */
export function storedInHalf(weights: WeightSource): boolean {
  const narrow = ({ dtype }: WeightInfo) => dtype === 'float16' || dtype === 'bfloat16';
  return countElements(weights, narrow) > countElements(weights) / 2;
}

/** Values of all tensors, or of those that `which` picks. */
export function countElements({ tensors }: WeightSource, which?: (info: WeightInfo) => boolean): number {
  let count = 0;
  for (const info of tensors.values()) if (which?.(info) ?? true) count += elementCount(info.shape);
  return count;
}
