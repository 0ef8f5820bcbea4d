import type { Value } from '../graph/value.ts';

/** What the operator makes of `[1, 1, size, size]` along the last axis, as it does along `axis`; nothing where it changes nothing. */
export type AlongAxis = (identity: () => Value, axis: number) => Value | undefined;

/**
 * The gradient of an operator that is linear and treats each axis by itself, such as resizing: a product along each axis
 * with the operator's matrix, which is what it makes of the identity. onnxruntime computes that when the session opens, in
 * the very way in which it computes the operator.
 */
export function separableBack(gradient: Value, x: Value, alongAxis: AlongAxis): Value {
  const last = x.shape.length - 1;
  return x.shape.reduce((g: Value, _, axis) => {
    const made = alongAxis(() => identity(x, axis), axis);
    if (!made) return g;
    const matrix = made.reshape(made.shape.slice(2));
    if (axis === last - 1) return matrix.matmul(g);
    const back = matrix.transpose([1, 0]);
    if (axis === last) return g.matmul(back);
    const swap = [...x.shape.keys()].with(axis, last).with(last, axis);
    return g.transpose(swap).matmul(back).transpose(swap);
  }, gradient);
}

function identity(x: Value, axis: number): Value {
  const size = x.size(axis);
  const numbers = new Float32Array(size * size);
  for (let i = 0; i < size; i++) numbers[i * size + i] = 1;
  return x.graph.constant(numbers, [1, 1, size, size]).cast(x.dtype);
}
