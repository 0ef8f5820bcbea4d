import { broadcastShapes, formatShape } from '../dim.ts';
import { fail, operands, type TypeRules } from './typeRule.ts';

export const productTypes: TypeRules = {
  MatMul: (call) => {
    const [a, b] = operands(call, 2);
    if (a.shape.length < 2 || b.shape.length < 2) fail(call, 'rank', 'needs two axes at least');
    if (a.shape.at(-1) !== b.shape.at(-2)) {
      fail(call, 'shape', `${formatShape(a.shape)} times ${formatShape(b.shape)}: inner sizes differ`);
    }
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (!batch) fail(call, 'shape', `${formatShape(a.shape)} times ${formatShape(b.shape)}: batches differ`);
    return [{ shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!], dtype: a.dtype }];
  },

  /** Matrices only; transA and transB say that they are stored transposed, as PyTorch stores weights (transB). */
  Gemm: (call) => {
    const [a, b] = operands(call, 2);
    if (a.shape.length !== 2) fail(call, 'rank', `expected [N, in], found ${formatShape(a.shape)}`);
    const { transA, transB } = call.attributes;
    const [rows, features] = transA ? a.shape.toReversed() : a.shape;
    const [takes, columns] = transB ? b.shape.toReversed() : b.shape;
    if (features !== takes) {
      fail(call, 'shape', `a weight ${formatShape(b.shape)} takes ${takes} features, found ${features}`);
    }
    return [{ shape: [rows!, columns!], dtype: a.dtype }];
  },
};
