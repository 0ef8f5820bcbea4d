import type { Value } from '../graph/value.ts';
import type { GradientRule } from './gradientRule.ts';

/**
 * The same rule, computed in float32 where the operator is in half precision: sums over many values lose what is small
 * beside them.
 */
export function inFloat32(rule: GradientRule): GradientRule {
  return (call) => {
    const { inputs, outputs, gradient, gradients } = call;
    if (gradient.dtype !== 'float16') return rule(call);
    const made = rule({
      ...call,
      inputs: inputs.map(wide),
      outputs: outputs.map(wide),
      gradient: wide(gradient),
      gradients: gradients.map((each) => each && wide(each)),
    });
    return made.map((make, i) => make && (() => make().cast(inputs[i]!.dtype)));
  };
}

function wide(value: Value): Value {
  return value.dtype === 'float16' ? value.cast('float32') : value;
}
