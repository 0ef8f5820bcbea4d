import { constantNumbers } from '../../graph/constantNumbers.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { reshapeLike } from '../reshapeLike.ts';
import { zerosLike } from '../zeros.ts';

const reshaped: GradientRule = ({ gradient: g, inputs: [x] }) => [() => reshapeLike(g, x!)];

/** Operators that move elements: their gradients move back. */
export const layoutRules: Readonly<Record<string, GradientRule>> = {
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Transpose: ({ gradient: g, attributes }) => [
    () => {
      const perm = attributes['perm'] as readonly number[];
      return g.transpose(perm.map((_, axis) => perm.indexOf(axis)));
    },
  ],
  Expand: ({ gradient: g }) => [() => g],
  Tile: (call) => [() => untiled(call)],
  Concat: (call) => call.inputs.map((_, i) => () => part(call, i)),
  Split: ({ gradients, outputs, attributes }) => [
    () => {
      const [first, ...rest] = outputs.map((output, i) => gradients[i] ?? zerosLike(output));
      return first!.concat(rest, (attributes['axis'] as number | undefined) ?? 0);
    },
  ],
  Slice: (call) => [() => unsliced(call)],
};

/** The sum of all copies. */
function untiled({ gradient: g, inputs: [x, repeats] }: RuleCall): Value {
  const counts = constantNumbers(repeats!, 'the repeats of a Tile');
  const copies = g.reshape(x!.shape.flatMap((size, axis) => [counts[axis]!, size]));
  return copies.sum(counts.map((_, axis) => 2 * axis));
}

/** What a concatenation took from its operand `index`. */
function part({ gradient: g, inputs, attributes, graph }: RuleCall, index: number): Value {
  const axis = attributes['axis'] as number;
  const before = inputs.slice(0, index);
  const own = inputs[index]!;
  if (inputs.every(({ shape }) => typeof shape.at(axis) === 'number')) {
    const from = before.reduce((sum, input) => sum + input.size(axis), 0);
    return g.slice(from, own.size(axis), axis < 0 ? axis + own.shape.length : axis);
  }
  const sizeOf = (value: Value): Value =>
    graph.apply({ op: 'Shape', inputs: [value] }).gather(graph.int64([axis]), 0);
  const from = before.map(sizeOf).reduce((sum, size) => sum.add(size), graph.int64([0]));
  const inputsOfSlice = [g, from, from.add(sizeOf(own)), graph.int64([axis])];
  return graph.apply({ op: 'Slice', inputs: inputsOfSlice, types: [own] });
}

/** Zeros around what was cut out, and between it. */
function unsliced({ gradient, inputs: [x, starts, , axes, steps] }: RuleCall): Value {
  const from = constantNumbers(starts!, 'the starts of a Slice');
  const along = axes?.name ? constantNumbers(axes, 'the axes of a Slice') : [...from.keys()];
  const stride = steps?.name ? constantNumbers(steps, 'the steps of a Slice') : from.map(() => 1);
  const rank = x!.shape.length;
  return along.reduce((g, stated, i) => {
    const axis = stated < 0 ? stated + rank : stated;
    return putBack(g, { axis, size: x!.size(axis), from: from[i]!, step: stride[i]! });
  }, gradient);
}

interface Cut {
  readonly axis: number;
  /** Of the axis before it was cut. */
  readonly size: number;
  readonly from: number;
  readonly step: number;
}

/** The places that a slice left out get zeros. */
function putBack(g: Value, { axis, size, from, step }: Cut): Value {
  const count = g.size(axis);
  const last = step > 0 ? size : size - 1;
  const first = Math.min(Math.max(from < 0 ? from + size : from, 0), last);
  if (step === 1) return g.pad(axis, first, size - first - count);
  const places = Array.from({ length: size }, () => count);
  for (let i = 0; i < count; i++) places[first + i * step] = i;
  return g.pad(axis, 0, 1).gather(g.graph.int64(places), axis);
}
