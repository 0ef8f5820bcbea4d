import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';
import { linear } from './linear.ts';

/**
 * GEGLU feed-forward (arXiv 2002.05202): one projection to value and gate, then value * gelu(gate), and
 * back to the width of `x`.
 */
export function feedForward(layer: LayerContext, x: Value): Value {
  const { graph } = layer;
  const channels = x.size(-1);
  const inner = channels * 4;
  const both = layer.at('net.0.proj', '', (l) => linear(l, x, { features: inner * 2 }));
  const half = { shape: [...x.shape.slice(0, -1), inner], dtype: x.dtype };
  const [value, gate] = graph.node({
    op: 'Split',
    inputs: [both, graph.int64([inner, inner])],
    attributes: { axis: -1 },
    types: [half, half],
  });
  return layer.at('net.2', '', (l) => linear(l, value!.mul(gate!.gelu()), { features: channels }));
}
