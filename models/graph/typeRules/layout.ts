import { formatShape, sumOf } from '../dim.ts';
import { axisOf, fail, operands, type TypeRules } from './typeRule.ts';

/** Operators that move elements, or ask for shapes. */
export const layoutTypes: TypeRules = {
  Size: () => [{ shape: [], dtype: 'int64' }],

  Shape: ({ inputs }) => [{ shape: [inputs[0]!.shape.length], dtype: 'int64' }],

  Transpose: (call) => {
    const [x] = operands(call, 1);
    const perm = call.attributes['perm'] as readonly number[];
    if (perm.length !== x.shape.length) {
      fail(call, 'rank', `a permutation of ${perm.length} axes on ${formatShape(x.shape)}`);
    }
    return [{ shape: perm.map((axis) => x.shape[axis]!), dtype: x.dtype }];
  },

  Concat: (call) => {
    const [first] = operands(call, 1);
    const axis = axisOf(call, first.shape);
    for (const { shape, dtype } of call.inputs) {
      const fits =
        shape.length === first.shape.length && shape.every((d, i) => i === axis || d === first.shape[i]);
      if (!fits || dtype !== first.dtype) {
        fail(call, 'shape', `${formatShape(first.shape)} and ${formatShape(shape)} along axis ${axis}`);
      }
    }
    const shape = first.shape.map((dim, i) =>
      i === axis ? sumOf(call.inputs.map((x) => x.shape[i]!)) : dim,
    );
    return [{ shape, dtype: first.dtype }];
  },

  Gather: (call) => {
    const [x, index] = operands(call, 2);
    const axis = axisOf(call, x.shape);
    if (index.dtype !== 'int32' && index.dtype !== 'int64')
      fail(call, 'dtype', `an index of type ${index.dtype}`);
    const shape = [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)];
    return [{ shape, dtype: x.dtype }];
  },
};
