import { GraphError } from '../graph/graphError.ts';
import type { Value } from '../graph/value.ts';

/**
 * A pixel on each side of `[B, C, H, W]` that mirrors the second row or column; or only on some sides: top, left, bottom,
 * right. Throws GraphError below 2x2 pixels.
 */
export function reflectionPad(
  x: Value,
  [top, left, bottom, right]: readonly [number, number, number, number] = [1, 1, 1, 1],
): Value {
  const { graph, shape, dtype } = x;
  const [height, width] = [x.size(2), x.size(3)];
  if (height < 2 || width < 2) {
    const message = `reflection needs 2 x 2 pixels at least, found ${width} x ${height}`;
    throw new GraphError('shape', graph.scope, message);
  }
  return graph.apply({
    op: 'Pad',
    inputs: [x, graph.int64([0, 0, top, left, 0, 0, bottom, right])],
    attributes: { mode: 'reflect' },
    types: [{ shape: [...shape.slice(0, 2), top + height + bottom, left + width + right], dtype }],
  });
}
