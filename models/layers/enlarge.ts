import type { Value } from '../graph/value.ts';

/** Nearest-neighbour enlargement of `[B, C, H, W]`, to twice the size unless `size` (height, width) says otherwise. */
export function enlarge(x: Value, size?: readonly [number, number]): Value {
  const { graph } = x;
  const [height, width] = size ?? [x.size(2) * 2, x.size(3) * 2];
  const doubles = height === x.size(2) * 2 && width === x.size(3) * 2;
  // onnxruntime rounds size * scale down in float32, so a factor like 5/3 has to be given as a size.
  const extent = doubles ? [graph.constant([2, 2])] : [graph.absent(), graph.int64([height, width])];
  return graph.apply({
    op: 'Resize',
    inputs: [x, graph.absent(), ...extent],
    attributes: {
      axes: [2, 3],
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
    types: [{ shape: [x.shape[0]!, x.shape[1]!, height, width], dtype: x.dtype }],
  });
}
