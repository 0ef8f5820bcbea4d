import { broadcastShapes, formatShape } from '../dim.ts';
import type { ElementType } from '../elementType.ts';
import type { TensorType } from '../tensorType.ts';
import { fail, operands, type TypeRule, type TypeRules } from './typeRule.ts';

const unary: TypeRule = ({ inputs }) => [{ shape: inputs[0]!.shape, dtype: inputs[0]!.dtype }];

const elementwise: TypeRule = (call) => {
  const [a, b] = operands(call, 2);
  if (call.inputs.length > 2) fail(call, 'rank', `takes 2 operands, found ${call.inputs.length}`);
  if (a.dtype !== b.dtype) fail(call, 'dtype', `operands of type ${a.dtype} and ${b.dtype}`);
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape) fail(call, 'shape', `${formatShape(a.shape)} and ${formatShape(b.shape)} do not broadcast`);
  return [{ shape, dtype: a.dtype }];
};

const comparison: TypeRule = (call) => [{ shape: elementwise(call)[0]!.shape, dtype: 'bool' }];

const each = (ops: string, rule: TypeRule): TypeRules =>
  Object.fromEntries(ops.split(' ').map((op) => [op, rule]));

/** Operators whose result is as large as their operands, or as what those broadcast to. */
export const elementwiseTypes: TypeRules = {
  ...each('Add Sub Mul Div Pow Min Max PRelu', elementwise),
  ...each('Greater Equal', comparison),
  ...each('Identity Abs Neg Sign Exp Log Sqrt Erf Floor Ceil Round Clip', unary),
  ...each('Cos Sin Tan Acos Asin Atan', unary),
  ...each('Sigmoid Tanh Relu LeakyRelu Elu Celu Selu Softplus Gelu Softmax LogSoftmax', unary),
  ...each('LayerNormalization InstanceNormalization BatchNormalization', unary),

  Where: (call) => {
    const [condition, yes, no] = operands(call, 3);
    if (condition.dtype !== 'bool') fail(call, 'dtype', `a condition of type ${condition.dtype}`);
    const [{ shape, dtype }] = elementwise({ ...call, inputs: [yes, no] }) as [TensorType];
    const all = broadcastShapes(condition.shape, shape);
    if (!all)
      fail(call, 'shape', `${formatShape(condition.shape)} and ${formatShape(shape)} do not broadcast`);
    return [{ shape: all, dtype }];
  },

  Cast: ({ inputs, attributes }) => {
    const to = attributes['to'] as { elementType: ElementType };
    return [{ shape: inputs[0]!.shape, dtype: to.elementType }];
  },
};
