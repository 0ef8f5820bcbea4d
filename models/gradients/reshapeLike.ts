import type { Value } from '../graph/value.ts';

/** `value` with the axes of `model`, which has as many elements. */
export function reshapeLike(value: Value, model: Value): Value {
  const { graph, shape } = model;
  if (shape.every((dim) => typeof dim === 'number')) return value.reshape(shape);
  const size = graph.apply({ op: 'Shape', inputs: [model] });
  return graph.apply({ op: 'Reshape', inputs: [value, size], types: [{ shape, dtype: value.dtype }] });
}
