import type { Attributes } from '../../graph/attributes.ts';
import type { Value } from '../../graph/value.ts';
import { windowsOf, type Windows } from '../../graph/windows.ts';
import { enlarged } from '../enlarged.ts';
import type { GradientRule } from '../gradientRule.ts';
import { axisMap, resampledBack, type AxisMap } from '../separable.ts';
import { zerosLike } from '../zeros.ts';

export const poolRules: Readonly<Record<string, GradientRule>> = {
  MaxPool: ({ gradient, inputs: [x], outputs: [y], attributes }) => [
    () => {
      const places = x!.graph.node({
        op: 'MaxPool',
        inputs: [x!],
        attributes,
        types: [y!, { shape: y!.shape, dtype: 'int64' }],
      })[1]!;
      return putBack(gradient, places, x!);
    },
  ],
  AveragePool: ({ gradient, inputs: [x], attributes }) => [
    () => {
      const windows = poolWindows(attributes);
      const { kernel } = windows;
      if (tiles(windows, x!)) {
        const share = 1 / kernel.reduce((product, size) => product * size, 1);
        return enlarged(gradient, kernel).mul(x!.graph.scalar(share));
      }
      const counts = attributes['count_include_pad'] === 1;
      const maps = kernel.map((_, axis) => averaging(windows, { axis, x: x!, y: gradient, counts }));
      return resampledBack(gradient, maps);
    },
  ],
};

function poolWindows(attributes: Attributes): Windows {
  return windowsOf(attributes, attributes['kernel_shape'] as readonly number[]);
}

/** Adds each gradient at the place that its maximum came from, counted through the whole tensor. */
function putBack(gradient: Value, places: Value, x: Value): Value {
  const { graph } = x;
  const flat = (value: Value): Value =>
    graph.apply({
      op: 'Reshape',
      inputs: [value, graph.int64([-1])],
      types: [{ shape: ['?elements'], dtype: value.dtype }],
    });
  const sums = graph.apply({
    op: 'ScatterElements',
    inputs: [flat(zerosLike(x)), flat(places), flat(gradient)],
    attributes: { axis: 0, reduction: 'add' },
    types: [{ shape: ['?elements'], dtype: x.dtype }],
  });
  const size = graph.apply({ op: 'Shape', inputs: [x] });
  return graph.apply({ op: 'Reshape', inputs: [sums, size], types: [x] });
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

interface Averaging {
  readonly axis: number;
  readonly x: Value;
  readonly y: Value;
  /** Padding is averaged as well. */
  readonly counts: boolean;
}

/** What each mean along one axis is made of; what a last window lacks (ceil) is never counted. */
function averaging(
  { kernel, strides, dilations, pads }: Windows,
  { axis, x, y, counts }: Averaging,
): AxisMap {
  const size = x.size(2 + axis);
  const { before, behind } = pads[axis]!;
  return axisMap(size, y.size(2 + axis), (place, add) => {
    const start = place * strides[axis]! - before;
    const seen = Array.from({ length: kernel[axis]! }, (_, tap) => start + tap * dilations[axis]!);
    const inside = seen.filter((from) => from >= 0 && from < size);
    const counted = counts ? seen.filter((from) => from < size + behind).length : inside.length;
    for (const from of inside) add(from, 1 / counted);
  });
}
