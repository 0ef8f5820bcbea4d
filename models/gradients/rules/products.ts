import { productOf } from '../../graph/dim.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';

export const productRules: Readonly<Record<string, GradientRule>> = {
  MatMul: ({ gradient: g, inputs: [a, b] }) => [
    () => g.matmul(transposed(b!)),
    // A weight that many rows share: one product over all of them instead of a sum of many.
    () => (b!.shape.length === 2 ? transposed(rowsOf(a!)).matmul(rowsOf(g)) : transposed(a!).matmul(g)),
  ],
  /** A weight `[out, in]` (transB) or `[in, out]`, and an offset that is broadcast. */
  Gemm: ({ gradient: g, inputs: [a, weight], attributes, graph }) => {
    if (attributes['transA'] || attributes['alpha'] || attributes['beta']) {
      throw new GraphError(
        'no-gradient',
        graph.scope,
        'a Gemm of a transposed or scaled operand has no gradient rule',
      );
    }
    const stored = attributes['transB'] === 1;
    return [
      () => g.matmul(stored ? weight! : transposed(weight!)),
      () => (stored ? transposed(g).matmul(a!) : transposed(a!).matmul(g)),
      () => g,
    ];
  },
};

/** The last two axes swapped; onnxruntime makes it part of the product. */
function transposed(value: Value): Value {
  const rank = value.shape.length;
  const order = [...value.shape.keys()].slice(0, -2);
  return value.transpose([...order, rank - 1, rank - 2]);
}

function rowsOf(value: Value): Value {
  if (value.shape.length === 2) return value;
  return value.reshape([productOf(value.shape.slice(0, -1)), value.shape.at(-1)!]);
}
