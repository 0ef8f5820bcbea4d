import type { Value } from '../graph/value.ts';

/** Every pixel of `[B, C, ...]` repeated along each spatial axis. */
export function enlarged(x: Value, factors: readonly number[]): Value {
  const { graph, shape, dtype } = x;
  return graph.apply({
    op: 'Resize',
    inputs: [x, graph.absent(), graph.constant([1, 1, ...factors])],
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    types: [{ shape: shape.map((dim, axis) => (axis < 2 ? dim : Number(dim) * factors[axis - 2]!)), dtype }],
  });
}
