import type { Value } from '../graph/value.ts';
import { flattened } from './flattened.ts';

/**
 * The same value, which cannot be had before the `earlier` ones are: the only way to tell onnxruntime in which order to
 * compute, and so what has to lie in memory at the same time. It is a reshape to the shape that it has, stated by
 * numbers that end in none of the earlier values', so nothing is copied, and neither constant folding nor the merging of
 * equal operators sees through it.
 */
export function after(value: Value, earlier: readonly Value[]): Value {
  const { graph, shape, dtype } = value;
  // 0 keeps the size of an axis.
  const size = graph.int64(shape.map(() => 0)).concat(earlier.map(noneOf), 0);
  return graph.apply({ op: 'Reshape', inputs: [value, size], types: [{ shape, dtype }] });
}

/** No numbers, as int64, which have to wait for the value all the same. */
function noneOf(value: Value): Value {
  const { graph, dtype } = value;
  const start = graph.int64([0]);
  const types = [{ shape: [0], dtype }];
  return graph.apply({ op: 'Slice', inputs: [flattened(value), start, start], types }).cast('int64');
}
