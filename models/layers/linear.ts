import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';

/**
 * `[..., in]` to `[..., out]` with a weight `[out, in]` as PyTorch stores it. One Gemm over all rows takes the weight
 * as it lies in the file; only where two axes are symbolic is a MatMul with a transposed weight needed.
 */
export function linear(layer: LayerContext, x: Value, options: { features: number; bias?: boolean }): Value {
  const { graph } = layer;
  const { features, bias = true } = options;
  const weight = layer.weight('weight', [features, x.size(-1)]);
  const offset = bias ? [layer.weight('bias', [features])] : [];
  const rows = x.shape.slice(0, -1);
  if (rows.filter((dim) => typeof dim === 'string').length > 1) {
    const product = x.matmul(weight.transpose([1, 0]));
    return offset[0] ? product.add(offset[0]) : product;
  }
  const flat = x.shape.length === 2 ? x : x.reshape([productOf(rows), x.size(-1)]);
  const result = graph.apply({ op: 'Gemm', inputs: [flat, weight, ...offset], attributes: { transB: 1 } });
  return x.shape.length === 2 ? result : result.reshape([...rows, features]);
}
