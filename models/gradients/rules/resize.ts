import type { Attributes } from '../../graph/attributes.ts';
import { constantNumbers } from '../../graph/constantNumbers.ts';
import type { Dim } from '../../graph/dim.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { separableBack } from '../separable.ts';

/** Nearest, linear and cubic, antialiased or not. */
export const resizeRules: Readonly<Record<string, GradientRule>> = {
  Resize: (call) => [() => resizedBack(call)],
};

function resizedBack(call: RuleCall): Value {
  const { gradient, inputs, attributes, graph } = call;
  if (crops(attributes)) {
    throw new GraphError('no-gradient', graph.scope, 'a Resize that crops has no gradient rule');
  }
  const x = inputs[0]!;
  const scales = statedScales(call);
  const factors = x.shape.map((dim, axis) => {
    return dim === gradient.shape[axis] ? (scales.get(axis) ?? 1) : gradient.size(axis) / x.size(axis);
  });
  if (isRepetition(attributes) && factors.every(Number.isInteger)) return summedTiles(gradient, x, factors);
  const { axes: _, ...same } = attributes;
  return separableBack(gradient, x, (identity, axis) => {
    if (factors[axis] === 1) return undefined;
    const shape = [1, 1, x.size(axis), gradient.size(axis)];
    const scale = scales.get(axis);
    const size = scale ? [graph.constant([1, 1, 1, scale])] : [graph.absent(), graph.int64(shape)];
    return graph.apply({
      op: 'Resize',
      inputs: [identity(), graph.absent(), ...size],
      attributes: same,
      types: [{ shape, dtype: x.dtype }],
    });
  });
}

function crops(attributes: Attributes): boolean {
  return (
    attributes['coordinate_transformation_mode'] === 'tf_crop_and_resize' ||
    (attributes['keep_aspect_ratio_policy'] ?? 'stretch') !== 'stretch'
  );
}

/** By axis, where they are stated instead of the sizes. */
function statedScales({ inputs: [x, , scales], attributes }: RuleCall): ReadonlyMap<number, number> {
  if (!scales?.name) return new Map();
  const rank = x!.shape.length;
  const axes = (attributes['axes'] as readonly number[] | undefined) ?? [...x!.shape.keys()];
  return new Map(
    constantNumbers(scales, 'the scales of a Resize').map((scale, i) => [(axes[i]! + rank) % rank, scale]),
  );
}

/** Whether enlarging by a whole number repeats each pixel so often. */
function isRepetition(attributes: Attributes): boolean {
  if ((attributes['mode'] ?? 'nearest') !== 'nearest') return false;
  const rounding = (attributes['nearest_mode'] as string | undefined) ?? 'round_prefer_floor';
  const place = attributes['coordinate_transformation_mode'] ?? 'half_pixel';
  return place === 'asymmetric'
    ? rounding === 'floor'
    : place === 'half_pixel' && rounding.startsWith('round');
}

/** The sum of each pixel's copies. */
function summedTiles(gradient: Value, x: Value, factors: readonly number[]): Value {
  const tiles: Dim[] = [];
  const copies: number[] = [];
  for (const [axis, factor] of factors.entries()) {
    tiles.push(x.shape[axis]!);
    if (factor > 1) copies.push(tiles.push(factor) - 1);
  }
  return gradient.reshape(tiles).sum(copies);
}
