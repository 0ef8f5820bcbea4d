import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';
import { linear } from './linear.ts';

/**
 * GEGLU feed-forward (arXiv 2002.05202): a projection to value and gate, value * gelu(gate), and back to the width of
 * `x`. The stored projection holds both halves; its weight is cut, which onnxruntime does once when the session opens,
 * and not its result: splitting `[B, T, 8C]` took 5 % of an evaluation of Stable Diffusion at 512x512.
 */
export function feedForward(layer: LayerContext, x: Value): Value {
  const channels = x.size(-1);
  const inner = channels * 4;
  const half = (from: number): Value =>
    layer.at('net.0.proj', '', (l) => linear(l, x, { features: inner, rows: { from, of: inner * 2 } }));
  const [value, gate] = [half(0), half(inner)];
  return layer.at('net.2', '', (l) => linear(l, value.mul(gate.gelu()), { features: channels }));
}
