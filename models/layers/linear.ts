import { productOf } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import type { LayerContext } from './layerContext.ts';

export interface LinearOptions {
  readonly features: number;
  readonly bias?: boolean;
  /** Uses `features` rows of a larger stored weight. */
  readonly rows?: { readonly from: number; readonly of: number };
}

/**
 * `[..., in]` to `[..., out]` with a weight `[out, in]` as PyTorch stores it. One Gemm over all rows takes the weight
 * as it lies in the file; only where two axes are symbolic is a MatMul with a transposed weight needed.
 */
export function linear(layer: LayerContext, x: Value, options: LinearOptions): Value {
  const { graph } = layer;
  const { features, bias = true, rows: part = { from: 0, of: features } } = options;
  const cut = (stored: Value): Value => (part.of === features ? stored : stored.slice(part.from, features));
  const weight = cut(layer.weight('weight', [part.of, x.size(-1)]));
  const offset = bias ? [cut(layer.weight('bias', [part.of]))] : [];
  const rows = x.shape.slice(0, -1);
  if (rows.filter((dim) => typeof dim === 'string').length > 1) {
    const product = x.matmul(weight.transpose([1, 0]));
    return offset[0] ? product.add(offset[0]) : product;
  }
  const flat = x.shape.length === 2 ? x : x.reshape([productOf(rows), x.size(-1)]);
  const result = graph.apply({ op: 'Gemm', inputs: [flat, weight, ...offset], attributes: { transB: 1 } });
  return x.shape.length === 2 ? result : result.reshape([...rows, features]);
}
