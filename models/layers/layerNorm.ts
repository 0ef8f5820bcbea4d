import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';

/** Layer normalisation over the last axis. */
export function layerNorm(layer: LayerContext, x: Value, epsilon = 1e-5): Value {
  const features = x.size(-1);
  return layer.graph.apply({
    op: 'LayerNormalization',
    inputs: [x, layer.weight('weight', [features]), layer.weight('bias', [features])],
    attributes: { axis: -1, epsilon: { float: epsilon } },
  });
}
