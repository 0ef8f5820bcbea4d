import { floatOf } from '../../graph/attributes.ts';
import { productOf } from '../../graph/dim.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule } from '../gradientRule.ts';
import { once } from '../once.ts';

export const productRules: Readonly<Record<string, GradientRule>> = {
  MatMul: ({ gradient: g, inputs: [a, b] }) => [
    () => g.matmul(transposed(b!)),
    // A weight that many rows share: one product over all of them instead of a sum of many.
    () => (b!.shape.length === 2 ? transposed(rowsOf(a!)).matmul(rowsOf(g)) : transposed(a!).matmul(g)),
  ],
  /** `alpha * A B + beta * C`, with A or B stored transposed, as PyTorch stores weights (transB). */
  Gemm: ({ gradient, inputs, attributes }) => {
    const turned = (operand: number, name: string): Value =>
      attributes[name] ? transposed(inputs[operand]!) : inputs[operand]!;
    const left = (): Value => turned(0, 'transA');
    const right = (): Value => turned(1, 'transB');
    const times = (name: string): Value => {
      const factor = floatOf(attributes, name, 1);
      return factor === 1 ? gradient : gradient.mul(factor);
    };
    const g = once(() => times('alpha'));
    return [
      () => (attributes['transA'] ? right().matmul(transposed(g())) : g().matmul(transposed(right()))),
      () => (attributes['transB'] ? transposed(g()).matmul(left()) : transposed(left()).matmul(g())),
      () => times('beta'),
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
