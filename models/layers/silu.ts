import { differentiatedBy } from '../gradients/customGradient.ts';
import type { GradientRule } from '../gradients/gradientRule.ts';
import type { Value } from '../graph/value.ts';

/**
 * x * sigmoid(x), also called swish. onnxruntime fuses the two operators into one pass (QuickGelu): 5 ms for all 47 in a
 * 5 s evaluation of Stable Diffusion at 512x512 on the CPU.
 */
export function silu(x: Value): Value {
  return differentiatedBy(x.mul(x.sigmoid()), siluRule);
}

/** s + y (1 - s), with s = sigmoid(x): four passes over the activations where the operators one by one take six. */
const siluRule: GradientRule = ({ gradient, inputs, outputs, graph }) => {
  const [sigmoid, y] = [inputs[1]!, outputs[0]!];
  return [() => gradient.mul(graph.scalar(1).sub(sigmoid).mul(y).add(sigmoid))];
};
