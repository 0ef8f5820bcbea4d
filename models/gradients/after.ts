import type { Value } from '../graph/value.ts';

/**
 * The same value, which cannot be had before `earlier` is: the only way to tell onnxruntime in which order to compute,
 * and so what has to lie in memory at the same time. It is a reshape to a shape that ends in no numbers of `earlier`,
 * so nothing is copied, and neither constant folding nor the merging of equal operators sees through it.
 */
export function after(value: Value, earlier: Value): Value {
  const { graph, shape, dtype } = value;
  const none = graph.int64([0]);
  const flat = earlier.shape.length === 1 ? earlier : reshaped(earlier, graph.int64([-1]));
  const nothing = graph.apply({
    op: 'Slice',
    inputs: [flat, none, none],
    types: [{ shape: [0], dtype: earlier.dtype }],
  });
  const size = graph.apply({ op: 'Shape', inputs: [value] }).concat([nothing.cast('int64')], 0);
  return graph.apply({ op: 'Reshape', inputs: [value, size], types: [{ shape, dtype }] });
}

function reshaped(value: Value, size: Value): Value {
  const types = [{ shape: ['?elements'], dtype: value.dtype }];
  return value.graph.apply({ op: 'Reshape', inputs: [value, size], types });
}
