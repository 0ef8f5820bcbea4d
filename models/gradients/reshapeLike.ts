import { formatShape, productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';

/**
 * `value` with the axes of `model`, which has as many elements. Its sizes are asked of `model` only where they cannot be
 * stated: it would have to stay in memory until then.
 */
export function reshapeLike(value: Value, model: Value): Value {
  const { graph, shape } = model;
  const moved = shape.filter((dim, axis) => typeof dim === 'string' && dim !== value.shape[axis]);
  const same = formatShape([productOf(shape)]) === formatShape([productOf(value.shape)]);
  if (same && moved.length <= 1) return value.reshape(shape);
  const size = graph.apply({ op: 'Shape', inputs: [model] });
  return graph.apply({ op: 'Reshape', inputs: [value, size], types: [{ shape, dtype: value.dtype }] });
}
