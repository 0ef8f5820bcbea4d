import { constantNumbers } from '../../graph/constantNumbers.ts';
import { productOf } from '../../graph/dim.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { reshapeLike } from '../reshapeLike.ts';
import { zerosLike } from '../zeros.ts';

/** Operators that move elements: their gradients move back. */
export const layoutRules: Readonly<Record<string, GradientRule>> = {
  Reshape: ({ gradient: g, inputs: [x] }) => [() => reshapeLike(g, x!)],
  Transpose: ({ gradient: g, attributes }) => [
    () => {
      const perm = attributes['perm'] as readonly number[];
      return g.transpose(perm.map((_, axis) => perm.indexOf(axis)));
    },
  ],
  Expand: ({ gradient: g }) => [() => g],
  Concat: (call) => call.inputs.map((_, i) => () => part(call, i)),
  Split: ({ gradients, outputs, attributes }) => [
    () => {
      const [first, ...rest] = outputs.map((output, i) => gradients[i] ?? zerosLike(output));
      return first!.concat(rest, (attributes['axis'] as number | undefined) ?? 0);
    },
  ],
  Slice: (call) => [() => unsliced(call)],
  Gather: (call) => [() => scattered(call)],
  Pad: (call) => [() => unpadded(call)],
};

/** What a concatenation took from its operand `index`. */
function part({ gradient: g, inputs, attributes, graph }: RuleCall, index: number): Value {
  const axis = attributes['axis'] as number;
  const before = inputs.slice(0, index);
  const own = inputs[index]!;
  const sizes = [...before, own].map((input) => input.shape.at(axis)!);
  if (sizes.every((size) => typeof size === 'number')) {
    const from = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
    return g.slice(from, sizes.at(-1)!, axis < 0 ? axis + own.shape.length : axis);
  }
  const sizeOf = (value: Value): Value =>
    graph.apply({ op: 'Shape', inputs: [value] }).gather(graph.int64([axis]), 0);
  const from = before.map(sizeOf).reduce((sum, size) => sum.add(size), graph.int64([0]));
  const inputsOfSlice = [g, from, from.add(sizeOf(own)), graph.int64([axis])];
  return graph.apply({ op: 'Slice', inputs: inputsOfSlice, types: [own] });
}

/** Zeros around what was cut out. */
function unsliced({ gradient: g, inputs: [x, starts, ends, axes, steps], graph }: RuleCall): Value {
  const [from, to] = [constantNumbers(starts!), constantNumbers(ends!)];
  const along = axes ? constantNumbers(axes) : from.map((_, i) => i);
  if (steps && constantNumbers(steps).some((step) => step !== 1)) {
    throw new GraphError('no-gradient', graph.scope, 'a Slice in steps has no gradient rule');
  }
  return along.reduce((padded, axis, i) => {
    const size = x!.size(axis);
    const place = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    return padded.pad(axis < 0 ? axis + x!.shape.length : axis, place(from[i]!), size - place(to[i]!));
  }, g);
}

/** Adds up, for each slice of the operand, what was taken from it, however often. */
function scattered({ gradient: g, inputs: [x, index], attributes, graph }: RuleCall): Value {
  const axis = attributes['axis'] as number;
  const { shape } = x!;
  const count = productOf(index!.shape);
  const others = shape.toSpliced(axis, 1);
  const order = [axis, ...[...shape.keys()].filter((each) => each !== axis)];
  const first = (value: Value): Value => (axis === 0 ? value : value.transpose(order));
  const updates = first(g.reshape(shape.with(axis, count)));
  const rows = index!.cast('int64').reshape([count, 1]);
  const sum = graph.apply({
    op: 'ScatterND',
    inputs: [zerosLike(first(x!)), rows, updates],
    attributes: { reduction: 'add' },
    types: [{ shape: [shape[axis]!, ...others], dtype: g.dtype }],
  });
  return axis === 0 ? sum : sum.transpose(order.map((_, each) => order.indexOf(each)));
}

/** Without the border; what a mirrored border took from inside goes back there. */
function unpadded({ gradient: g, inputs: [x, pads], attributes, graph }: RuleCall): Value {
  const amounts = constantNumbers(pads!);
  const rank = x!.shape.length;
  const mode = (attributes['mode'] as string | undefined) ?? 'constant';
  if (mode !== 'constant' && mode !== 'reflect') {
    throw new GraphError('no-gradient', graph.scope, `a Pad of mode ${mode} has no gradient rule`);
  }
  return x!.shape.reduce((inner: Value, _, axis) => {
    const [before, behind] = [amounts[axis]!, amounts[axis + rank]!];
    if (before === 0 && behind === 0) return inner;
    const size = x!.size(axis);
    const middle = inner.slice(before, size, axis);
    if (mode === 'constant') return middle;
    const mirrored = (from: number, count: number, at: number): Value[] =>
      count === 0 ? [] : [flipped(inner.slice(from, count, axis), axis).pad(axis, at, size - at - count)];
    const borders = [...mirrored(0, before, 1), ...mirrored(before + size, behind, size - 1 - behind)];
    return borders.reduce((sum, border) => sum.add(border), middle);
  }, g);
}

function flipped(value: Value, axis: number): Value {
  const { graph } = value;
  const last = value.size(axis) - 1;
  const backwards = Array.from({ length: last + 1 }, (_, i) => last - i);
  return value.gather(graph.int64(backwards), axis);
}
