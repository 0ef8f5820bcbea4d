import { floatOf } from '../../graph/attributes.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { once } from '../once.ts';
import { wideSum } from '../wideSum.ts';

/** onnxruntime's fused attention through its plain form: the probabilities are computed again. */
export const attentionRules: Readonly<Record<string, GradientRule>> = {
  MultiHeadAttention: (call) => {
    const { inputs, attributes, graph } = call;
    if (inputs.slice(3).some(({ name }) => name)) {
      const what = 'a MultiHeadAttention of more than query, key and value';
      throw new GraphError('no-gradient', graph.scope, `${what} has no gradient rule`);
    }
    const heads = attributes['num_heads'] as number;
    const scale = floatOf(attributes, 'scale', (inputs[0]!.size(-1) / heads) ** -0.5);
    return attentionGradients(call, { heads, scale });
  },
};

export interface AttentionForm {
  readonly heads: number;
  /** What the logits are multiplied by. */
  readonly scale: number;
}

/**
 * Gradients of query, key and value `[B, T, C]` of the attention that made `[B, T, C]`; the fourth operand is its
 * probabilities `[B, heads, T, S]`, where they were kept. The gradient of those less its part along each row, which is the sum
 * of gradient times result (FlashAttention, arXiv 2205.14135, eq. 4), comes as one product with a column more: each pass
 * over the probabilities takes longer than a product.
 */
export function attentionGradients(call: RuleCall, form: AttentionForm): ReturnType<GradientRule> {
  const { query, key, value, gradient, result, scaled, joined } = heads(call, form);
  const probabilities = once(() => call.inputs[3] ?? query().matmul(swapped(key())).softmax());
  const logits = once(() => {
    const alongRow = wideSum(gradient().mul(result()), [-1], true);
    const centred = gradient()
      .concat([alongRow.neg()], 3)
      .matmul(swapped(withOnes(value())));
    return probabilities().mul(centred);
  });
  return [
    () => joined(scaled(logits().matmul(key())), 0),
    () => joined(swapped(swapped(query()).matmul(logits())), 1),
    () => joined(swapped(swapped(gradient()).matmul(probabilities())), 2),
  ];
}

/**
 * Operands as `[B, heads, T, head_dim]`, and the way back to `[B, T, C]`. The query carries the scale, which is shorter
 * than the logits.
 */
function heads({ inputs, outputs, gradient }: RuleCall, { heads, scale }: AttentionForm) {
  const split = (x: Value): Value =>
    x.reshape([x.shape[0]!, x.shape[1]!, heads, x.size(-1) / heads]).transpose([0, 2, 1, 3]);
  const scaled = (x: Value): Value => (scale === 1 ? x : x.mul(scale));
  return {
    query: once(() => split(scaled(inputs[0]!))),
    key: once(() => split(inputs[1]!)),
    value: once(() => split(inputs[2]!)),
    gradient: once(() => split(gradient)),
    result: once(() => split(outputs[0]!)),
    scaled,
    joined: (x: Value, operand: number): Value => x.transpose([0, 2, 1, 3]).reshape(inputs[operand]!.shape),
  };
}

/** A column more, of ones. */
function withOnes(value: Value): Value {
  const { graph, shape, dtype } = value;
  const amounts = graph.int64([0, 0, 0, 0, 0, 0, 0, 1]);
  const one = graph.scalar(1).cast(dtype);
  const types = [{ shape: shape.with(3, value.size(3) + 1), dtype }];
  return graph.apply({ op: 'Pad', inputs: [value, amounts, one], types });
}

function swapped(x: Value): Value {
  return x.transpose([0, 1, 3, 2]);
}
