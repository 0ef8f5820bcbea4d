import type { Value } from '../graph/value.ts';

/** Zeros of the shape of `value`, whatever its sizes turn out to be when the graph runs. */
export function zerosLike(value: Value): Value {
  const { graph, shape, dtype } = value;
  const size = graph.apply({ op: 'Shape', inputs: [value] });
  const inputs = [graph.scalar(0).cast(dtype), size];
  return graph.apply({ op: 'Expand', inputs, types: [{ shape, dtype }] });
}
