import type { Value } from '../graph/value.ts';
import { conv2d } from './conv2d.ts';
import { enlarge } from './enlarge.ts';
import type { LayerContext } from './layerContext.ts';

/**
 * Nearest-neighbour enlargement and a 3x3 convolution. Twice the size unless `size` says otherwise (diffusers
 * enlarges to the skip connection's size where a side was odd).
 */
export function upsample(layer: LayerContext, x: Value, size?: readonly [number, number]): Value {
  return layer.at('conv', '', (l) => conv2d(l, enlarge(x, size), { channels: x.size(1) }));
}
