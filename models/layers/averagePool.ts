import type { Value } from '../graph/value.ts';

/**
 * Means of 2x2 pixels of `[B, C, H, W]`. An odd side is halved rounding up, its last row or column standing for the one
 * that is not there: a UNet's strided convolutions round up, too.
 */
export function averagePool(x: Value): Value {
  const even = withEvenSide(withEvenSide(x, 2), 3);
  return even.graph.apply({
    op: 'AveragePool',
    inputs: [even],
    attributes: { kernel_shape: [2, 2], pads: [0, 0, 0, 0], strides: [2, 2] },
  });
}

function withEvenSide(x: Value, axis: number): Value {
  const size = x.size(axis);
  if (size % 2 === 0) return x;
  const rows = Array.from({ length: size + 1 }, (_, i) => Math.min(i, size - 1));
  return x.gather(x.graph.int64(rows), axis);
}
