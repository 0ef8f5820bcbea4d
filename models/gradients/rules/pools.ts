import type { Attributes } from '../../graph/attributes.ts';
import type { Value } from '../../graph/value.ts';
import { windowsOf, type Windows } from '../../graph/windows.ts';
import { enlarged } from '../enlarged.ts';
import { flattened } from '../flattened.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { inFloat32 } from '../inFloat32.ts';
import { reshapeLike } from '../reshapeLike.ts';
import { separableBack } from '../separable.ts';
import { zerosLike } from '../zeros.ts';

export const poolRules: Readonly<Record<string, GradientRule>> = {
  MaxPool: inFloat32(({ gradient, inputs: [x], outputs: [y], attributes }) => [
    () => {
      const { storage_order: _, ...rowByRow } = attributes;
      const places = x!.graph.node({
        op: 'MaxPool',
        inputs: [x!],
        attributes: rowByRow,
        types: [y!, { shape: y!.shape, dtype: 'int64' }],
      })[1]!;
      return putBack(gradient, places, x!);
    },
  ]),
  AveragePool: (call) => [() => averagedBack(call)],
};

function poolWindows(attributes: Attributes): Windows {
  return windowsOf(attributes, attributes['kernel_shape'] as readonly number[]);
}

/** Adds each gradient at the place that its maximum came from, counted through the whole tensor. */
function putBack(gradient: Value, places: Value, x: Value): Value {
  const onto = flattened(zerosLike(x));
  const sums = x.graph.apply({
    op: 'ScatterElements',
    inputs: [onto, flattened(places), flattened(gradient)],
    attributes: { axis: 0, reduction: 'add' },
    types: [onto],
  });
  return reshapeLike(sums, x);
}

/** Whether windows lie side by side and cover the picture. */
function tiles({ kernel, strides, dilations, pads }: Windows, x: Value): boolean {
  return kernel.every(
    (size, axis) =>
      strides[axis] === size &&
      dilations[axis] === 1 &&
      pads[axis]!.before + pads[axis]!.behind === 0 &&
      x.size(2 + axis) % size === 0,
  );
}

function averagedBack({ gradient, inputs, attributes, graph }: RuleCall): Value {
  const x = inputs[0]!;
  const windows = poolWindows(attributes);
  const { kernel, strides, dilations, pads } = windows;
  if (tiles(windows, x)) {
    const share = 1 / kernel.reduce((product, size) => product * size, 1);
    return enlarged(gradient, kernel).mul(share);
  }
  return separableBack(gradient, x, (identity, axis) => {
    const i = axis - 2;
    if (i < 0) return undefined;
    const window = {
      kernel_shape: [1, kernel[i]!],
      strides: [1, strides[i]!],
      dilations: [1, dilations[i]!],
      pads: [0, pads[i]!.before, 0, pads[i]!.behind],
    };
    return graph.apply({ op: 'AveragePool', inputs: [identity()], attributes: { ...attributes, ...window } });
  });
}
