import type { Value } from '../graph/value.ts';

/** The sum along axes, added up in float32 where the values are in half precision. */
export function wideSum(value: Value, axes: readonly number[], keepAxes = false): Value {
  const wide = value.dtype === 'float16' ? value.cast('float32') : value;
  return wide.sum(axes, keepAxes).cast(value.dtype);
}
