import type { Value } from '../graph/value.ts';

/**
 * Means of 2x2 pixels of `[B, C, H, W]`. An odd side is halved rounding `down`, without its last row or column, as
 * PyTorch's AvgPool2d does; or `up`, where that one stands for the one that is not there.
 */
export function averagePool(x: Value, rounding: 'up' | 'down'): Value {
  const whole = rounding === 'up' ? withEvenSide(withEvenSide(x, 2), 3) : x;
  return whole.graph.apply({
    op: 'AveragePool',
    inputs: [whole],
    attributes: { kernel_shape: [2, 2], pads: [0, 0, 0, 0], strides: [2, 2] },
  });
}

function withEvenSide(x: Value, axis: number): Value {
  const size = x.size(axis);
  if (size % 2 === 0) return x;
  const rows = Array.from({ length: size + 1 }, (_, i) => Math.min(i, size - 1));
  return x.gather(x.graph.int64(rows), axis);
}
