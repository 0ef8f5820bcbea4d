import { constantNumbers } from '../../graph/constantNumbers.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';

/** Sums and means along axes: every element that went in gets the gradient of what came out. */
export const reductionRules: Readonly<Record<string, GradientRule>> = {
  ReduceSum: (call) => [() => spread(call)],
  ReduceMean: (call) => [() => spread(call).div(countOf(call))],
};

/** Back to the operand's shape, along the axes that were summed. */
function spread({ inputs: [x, axes], gradient, graph }: RuleCall): Value {
  const { shape, dtype } = x!;
  const summed = new Set(constantNumbers(axes!));
  const placed = gradient.reshape(shape.map((dim, axis) => (summed.has(axis) ? 1 : dim)));
  const size = graph.apply({ op: 'Shape', inputs: [x!] });
  return graph.apply({ op: 'Expand', inputs: [placed, size], types: [{ shape, dtype }] });
}

/** How many elements each mean is of. */
function countOf({ inputs: [x], outputs: [y], graph }: RuleCall): Value {
  const sizeOf = (value: Value): Value => graph.apply({ op: 'Size', inputs: [value] }).cast(x!.dtype);
  return sizeOf(x!).div(sizeOf(y!));
}
