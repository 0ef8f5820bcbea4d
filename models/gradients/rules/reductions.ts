import { constantNumbers } from '../../graph/constantNumbers.ts';
import { productOf } from '../../graph/dim.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { inFloat32 } from '../inFloat32.ts';
import { zerosLike } from '../zeros.ts';

/** `x`, reduced along some axes, and what is known of the result: of size 1 along them, so that it broadcasts. */
interface Reduction {
  readonly x: Value;
  readonly axes: readonly number[];
  readonly g: Value;
  readonly y: () => Value;
}

/** Rules of reductions: what becomes of the gradient at each element that went in. */
function reduction(rule: (reduction: Reduction) => Value): GradientRule {
  return inFloat32((call) => {
    const x = call.inputs[0]!;
    const axes = reducedAxes(call);
    const kept = (value: Value): Value => withAxes(value, axes, x);
    return [() => rule({ x, axes, g: kept(call.gradient), y: () => kept(call.outputs[0]!) })];
  });
}

export const reductionRules: Readonly<Record<string, GradientRule>> = {
  ReduceSum: reduction(({ g, x }) => spread(g, x)),
  ReduceMean: reduction((call) => spread(call.g.div(countAlong(call)), call.x)),
  ReduceMax: reduction(toExtremes),
  ReduceMin: reduction(toExtremes),
  ReduceL1: reduction(({ g, x }) => x.sign().mul(g)),
  ReduceL2: reduction(({ g, x, y }) => {
    const length = y();
    // At 0, where a length has no slope, PyTorch takes 0.
    return x.mul(length.equal(0).where(zerosLike(length), g.div(length)));
  }),
  ReduceSumSquare: reduction(({ g, x }) => x.mul(g.mul(2))),
  ReduceLogSumExp: reduction(({ g, x, y }) => x.sub(y()).exp().mul(g)),
  ReduceProd: reduction(({ g, x, axes }) => productOfOthers(x, axes).mul(g)),
};

function reducedAxes({ inputs: [x, axes], attributes }: RuleCall): readonly number[] {
  const rank = x!.shape.length;
  const stated = axes?.name ? constantNumbers(axes, 'the axes of a reduction') : [];
  if (stated.length > 0) return stated.map((axis) => (axis < 0 ? axis + rank : axis));
  return attributes['noop_with_empty_axes'] === 1 ? [] : [...x!.shape.keys()];
}

/** What was reduced, with the axes that it lost as such of size 1: where several sizes are open, no reshape can say that. */
function withAxes(value: Value, axes: readonly number[], { graph, shape }: Value): Value {
  if (value.shape.length === shape.length) return value;
  const types = [{ shape: shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)), dtype: value.dtype }];
  return graph.apply({ op: 'Unsqueeze', inputs: [value, graph.int64(axes)], types });
}

function spread(value: Value, like: Value): Value {
  const { graph, shape } = like;
  const size = graph.apply({ op: 'Shape', inputs: [like] });
  return graph.apply({ op: 'Expand', inputs: [value, size], types: [{ shape, dtype: value.dtype }] });
}

/** How many elements are reduced to one; a number where that is known. */
function countAlong({ x, axes, y }: Reduction): Value | number {
  const count = productOf(axes.map((axis) => x.shape[axis]!));
  if (typeof count === 'number') return count;
  const sizeOf = (value: Value): Value => x.graph.apply({ op: 'Size', inputs: [value] }).cast(x.dtype);
  return sizeOf(x).div(sizeOf(y()));
}

/** To the greatest or smallest elements, in equal parts where several are. */
function toExtremes({ x, axes, g, y }: Reduction): Value {
  const chosen = x.equal(y());
  const share = g.div(chosen.cast(x.dtype).sum(axes, true));
  return chosen.where(share, zerosLike(x));
}

/** The product of all other elements: by division, and 0 where another 0 is among them. */
function productOfOthers(x: Value, axes: readonly number[]): Value {
  const { graph, dtype } = x;
  const zeros = x.equal(0).cast(dtype);
  const allZeros = zeros.sum(axes, true);
  const filled = x.add(zeros);
  const product = graph.apply({
    op: 'ReduceProd',
    inputs: [filled, graph.int64(axes)],
    attributes: { keepdims: 1, noop_with_empty_axes: 1 },
    types: [allZeros],
  });
  return allZeros.sub(zeros).equal(0).where(product.div(filled), zerosLike(x));
}
