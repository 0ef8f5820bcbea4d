import type { Value } from '../graph/value.ts';
import { GraphError } from '../graph/graphError.ts';
import { formatShape } from '../graph/dim.ts';
import { wideSum } from './wideSum.ts';

/** The gradient of an operand that was broadcast: summed along the axes that the operand did not have. */
export function sumTo(gradient: Value, operand: Value): Value {
  const { shape } = operand;
  if (formatShape(gradient.shape) === formatShape(shape)) return gradient;
  const more = gradient.shape.length - shape.length;
  const flexible = shape.find((dim) => `${dim}`.startsWith('?'));
  if (flexible) {
    throw new GraphError(
      'shape',
      gradient.graph.scope,
      `the axis ${flexible} of ${formatShape(shape)} may be broadcast: its gradient cannot be summed`,
    );
  }
  const missing = Array.from({ length: more }, (_, axis) => axis);
  const spread = shape.flatMap((dim, i) => (dim === 1 && gradient.shape[more + i] !== 1 ? [more + i] : []));
  const axes = [...missing, ...spread];
  if (axes.length === 0) return gradient;
  const sum = wideSum(gradient, axes, true);
  return more === 0 ? sum : sum.reshape(shape);
}
