import { constantNumbers } from '../../graph/constantNumbers.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import type { Value } from '../../graph/value.ts';
import { resampledBack } from '../separable.ts';
import { resizeMap } from '../resizeMap.ts';

/** Nearest, linear and cubic, antialiased or not, of the spatial axes of `[B, C, ...]`. */
export const resizeRules: Readonly<Record<string, GradientRule>> = {
  Resize: (call) => [() => shrunkBack(call)],
};

function shrunkBack({ gradient, inputs, attributes }: RuleCall): Value {
  const [x, , scales] = inputs;
  const axes = x!.shape.slice(2).map((_, i) => i + 2);
  const factors = axes.map((axis) => gradient.size(axis) / x!.size(axis));
  if (attributes['mode'] === 'nearest' && factors.every(Number.isInteger) && isRepetition(attributes)) {
    return summedTiles(gradient, x!, factors);
  }
  const given = scales?.name ? constantNumbers(scales).slice(-axes.length) : factors;
  const maps = axes.map((axis, i) => {
    return resizeMap({ before: x!.size(axis), after: gradient.size(axis), scale: given[i]!, attributes });
  });
  return resampledBack(gradient, maps);
}

/** Whether enlarging by a whole number repeats each pixel so often. */
function isRepetition(attributes: RuleCall['attributes']): boolean {
  const place = attributes['coordinate_transformation_mode'];
  return place === 'asymmetric'
    ? attributes['nearest_mode'] === 'floor'
    : place === 'half_pixel' || place === undefined;
}

function summedTiles(gradient: Value, x: Value, factors: readonly number[]): Value {
  const split = factors.flatMap((factor, i) => [x.size(2 + i), factor]);
  const tiles = gradient.reshape([...x.shape.slice(0, 2), ...split]);
  return tiles.sum(factors.map((_, i) => 3 + 2 * i));
}
