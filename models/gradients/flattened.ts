import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

/** All elements along one axis. */
export function flattened(value: Value): Value {
  return value.shape.length === 1 ? value : value.reshape([productOf(value.shape)]);
}
