import { constantNumbers } from '../../graph/constantNumbers.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { reshapeLike } from '../reshapeLike.ts';

/** How a border was made of what lies inside: what folds it back, and how far from the edge. */
const folds: Readonly<Record<string, { fold(border: Value, axis: number): Value; from: number }>> = {
  reflect: { fold: flipped, from: 1 },
  edge: { fold: (border, axis) => border.sum([axis], true), from: 0 },
};

export const padRules: Readonly<Record<string, GradientRule>> = {
  /** The number that a border is filled with gets all that does not go inside. */
  Pad: (call) => [
    () => insideOf(call),
    undefined,
    () => reshapeLike(call.gradient.sum().sub(insideOf(call).sum()), call.inputs[2]!),
  ],
};

/** The gradient without the border, and with what the border took from inside. */
function insideOf(call: RuleCall): Value {
  const mode = (call.attributes['mode'] as string | undefined) ?? 'constant';
  if (mode !== 'constant' && !folds[mode]) {
    throw new GraphError('no-gradient', call.graph.scope, `a Pad of mode ${mode} has no gradient rule`);
  }
  return widthsOf(call).reduce((g, { axis, size, before, behind }) => {
    const middle = g
      .slice(Math.max(before, 0), size + Math.min(before, 0) + Math.min(behind, 0), axis)
      .pad(axis, Math.max(-before, 0), Math.max(-behind, 0));
    if (mode === 'constant') return middle;
    const { fold, from } = folds[mode]!;
    const inside: Value[] = [middle];
    if (before > 0) {
      const folded = fold(g.slice(0, before, axis), axis);
      inside.push(folded.pad(axis, from, size - from - folded.size(axis)));
    }
    if (behind > 0) {
      const folded = fold(g.slice(before + size, behind, axis), axis);
      inside.push(folded.pad(axis, size - from - folded.size(axis), from));
    }
    return inside.reduce((sum, each) => sum.add(each));
  }, call.gradient);
}

interface Widths {
  readonly axis: number;
  /** Of the axis before it was padded. */
  readonly size: number;
  readonly before: number;
  readonly behind: number;
}

/** The axes that were padded, or cropped (negative widths). */
function widthsOf({ inputs: [x, pads, , axes] }: RuleCall): readonly Widths[] {
  const amounts = constantNumbers(pads!, 'the widths of a Pad');
  const stated = axes?.name ? constantNumbers(axes, 'the axes of a Pad') : [...x!.shape.keys()];
  return stated.flatMap((each, i) => {
    const axis = each < 0 ? each + x!.shape.length : each;
    const [before, behind] = [amounts[i]!, amounts[i + stated.length]!];
    return before === 0 && behind === 0 ? [] : [{ axis, size: x!.size(axis), before, behind }];
  });
}

function flipped(value: Value, axis: number): Value {
  const last = value.size(axis) - 1;
  const backwards = Array.from({ length: last + 1 }, (_, i) => last - i);
  return value.gather(value.graph.int64(backwards), axis);
}
