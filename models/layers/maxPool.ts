import type { Value } from '../graph/value.ts';

/** The largest of 2x2 pixels of `[B, C, H, W]`; an odd side is halved rounding up, its last row or column by itself. */
export function maxPool(x: Value): Value {
  const { graph, shape, dtype } = x;
  const halved = [2, 3].map((axis) => Math.ceil(x.size(axis) / 2));
  return graph.apply({
    op: 'MaxPool',
    inputs: [x],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], ceil_mode: 1 },
    types: [{ shape: [...shape.slice(0, 2), ...halved], dtype }],
  });
}
