import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { once } from '../once.ts';

/**
 * onnxruntime's fused attention through its plain form: the probabilities are computed again. Their gradient's part
 * along each row is the sum of gradient times result (FlashAttention, arXiv 2205.14135, eq. 4), which is shorter.
 */
export const attentionRules: Readonly<Record<string, GradientRule>> = {
  MultiHeadAttention: (call) => {
    const { query, key, value, gradient, result, scaled, joined } = heads(call);
    const probabilities = once(() => query().matmul(swapped(key())).softmax());
    const logits = once(() => {
      const alongRow = gradient().mul(result()).sum([-1], true);
      return probabilities().mul(gradient().matmul(swapped(value())).sub(alongRow));
    });
    return [
      () => joined(scaled(logits().matmul(key())), 0),
      () => joined(swapped(swapped(query()).matmul(logits())), 1),
      () => joined(swapped(swapped(gradient()).matmul(probabilities())), 2),
    ];
  },
};

/**
 * Operands as `[B, heads, T, head_dim]`, and the way back to `[B, T, C]`. The query carries the scale, which is shorter
 * than the logits.
 */
function heads({ inputs, outputs, gradient, attributes, graph }: RuleCall) {
  const count = attributes['num_heads'] as number;
  const split = (x: Value): Value =>
    x.reshape([x.shape[0]!, x.shape[1]!, count, x.size(-1) / count]).transpose([0, 2, 1, 3]);
  const { float: scale } = attributes['scale'] as { readonly float: number };
  const scaled = (x: Value): Value => x.mul(graph.scalar(scale));
  return {
    query: once(() => scaled(split(inputs[0]!))),
    key: once(() => split(inputs[1]!)),
    value: once(() => split(inputs[2]!)),
    gradient: once(() => split(gradient)),
    result: once(() => split(outputs[0]!)),
    scaled,
    joined: (x: Value, operand: number): Value => x.transpose([0, 2, 1, 3]).reshape(inputs[operand]!.shape),
  };
}

function swapped(x: Value): Value {
  return x.transpose([0, 1, 3, 2]);
}
