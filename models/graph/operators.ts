import type { Attributes } from './attributes.ts';
import { broadcastShapes, formatShape, sumOf, type Dim, type Shape } from './dim.ts';
import type { ElementType } from './elementType.ts';
import { GraphError } from './graphError.ts';
import { spreadSizes, windowCounts, windowsOf } from './windows.ts';

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: ElementType;
}

/** An operator about to be appended. */
export interface OperatorCall {
  readonly op: string;
  readonly inputs: readonly TensorType[];
  readonly attributes: Attributes;
  readonly scope: string;
}

type TypeRule = (call: OperatorCall) => readonly TensorType[];

const unary: TypeRule = ({ inputs }) => [{ shape: inputs[0]!.shape, dtype: inputs[0]!.dtype }];

const elementwise: TypeRule = (call) => {
  const [a, b] = operands(call, 2);
  if (a.dtype !== b.dtype) fail(call, 'dtype', `operands of type ${a.dtype} and ${b.dtype}`);
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape) fail(call, 'shape', `${formatShape(a.shape)} and ${formatShape(b.shape)} do not broadcast`);
  return [{ shape, dtype: a.dtype }];
};

const comparison: TypeRule = (call) => [{ shape: elementwise(call)[0]!.shape, dtype: 'bool' }];

/** Result types of every operator that the layers use and whose result follows from its input types. */
const typeRules: Readonly<Record<string, TypeRule>> = {
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Pow: elementwise,
  Min: elementwise,
  Max: elementwise,
  PRelu: elementwise,
  Greater: comparison,
  Identity: unary,
  Abs: unary,
  Neg: unary,
  Sign: unary,
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Erf: unary,
  Sigmoid: unary,
  Cos: unary,
  Sin: unary,
  Gelu: unary,
  Relu: unary,
  LeakyRelu: unary,
  Tanh: unary,
  Floor: unary,
  Clip: unary,
  Softmax: unary,
  LogSoftmax: unary,
  LayerNormalization: unary,
  InstanceNormalization: unary,
  BatchNormalization: unary,

  Where: (call) => {
    const [condition, yes, no] = operands(call, 3);
    if (condition.dtype !== 'bool') fail(call, 'dtype', `a condition of type ${condition.dtype}`);
    const [{ shape, dtype }] = elementwise({ ...call, inputs: [yes, no] }) as [TensorType];
    const all = broadcastShapes(condition.shape, shape);
    if (!all)
      fail(call, 'shape', `${formatShape(condition.shape)} and ${formatShape(shape)} do not broadcast`);
    return [{ shape: all, dtype }];
  },

  Size: () => [{ shape: [], dtype: 'int64' }],

  Shape: ({ inputs }) => [{ shape: [inputs[0]!.shape.length], dtype: 'int64' }],

  Cast: ({ inputs, attributes }) => {
    const to = attributes['to'] as { elementType: ElementType };
    return [{ shape: inputs[0]!.shape, dtype: to.elementType }];
  },

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

  /** `[N, in]` times a weight `[out, in]` (transB, as PyTorch stores it). */
  Gemm: (call) => {
    const [a, b] = operands(call, 2);
    if (a.shape.length !== 2) fail(call, 'rank', `expected [N, in], found ${formatShape(a.shape)}`);
    if (a.shape[1] !== b.shape[1]) {
      fail(
        call,
        'shape',
        `a weight ${formatShape(b.shape)} takes ${b.shape[1]} features, found ${a.shape[1]}`,
      );
    }
    return [{ shape: [a.shape[0]!, b.shape[0]!], dtype: a.dtype }];
  },

  Conv: (call) => {
    const [x, w] = operands(call, 2);
    const kernel = w.shape.slice(2) as number[];
    const sizes = spatialSizes(call, x.shape, kernel);
    const channels = inGroups(call, w.shape[1]!);
    if (x.shape[1] !== channels) {
      fail(call, 'shape', `a weight ${formatShape(w.shape)} takes ${channels} channels, found ${x.shape[1]}`);
    }
    const spatial = windowCounts(sizes, windowsOf(call.attributes, kernel));
    return [{ shape: [x.shape[0]!, w.shape[0]!, ...spatial], dtype: x.dtype }];
  },

  /** A weight `[in, out / groups, ...]`; `output_padding` adds rows and columns behind. */
  ConvTranspose: (call) => {
    const [x, w] = operands(call, 2);
    const kernel = w.shape.slice(2) as number[];
    const sizes = spatialSizes(call, x.shape, kernel);
    if (x.shape[1] !== w.shape[0]) {
      fail(
        call,
        'shape',
        `a weight ${formatShape(w.shape)} takes ${w.shape[0]} channels, found ${x.shape[1]}`,
      );
    }
    const spatial = spreadSizes(sizes, windowsOf(call.attributes, kernel));
    return [{ shape: [x.shape[0]!, inGroups(call, w.shape[1]!), ...spatial], dtype: x.dtype }];
  },

  AveragePool: pool,
  MaxPool: pool,

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
    const axis = call.attributes['axis'] as number;
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
    const axis = call.attributes['axis'] as number;
    if (index.dtype !== 'int32' && index.dtype !== 'int64')
      fail(call, 'dtype', `an index of type ${index.dtype}`);
    const shape = [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)];
    return [{ shape, dtype: x.dtype }];
  },
};

/** Channels of all groups, where a weight states those of one. */
function inGroups({ attributes }: OperatorCall, channels: Dim): Dim {
  return Number(channels) * ((attributes['group'] as number | undefined) ?? 1);
}

/** `[B, C, ...]` with as many spatial axes as the kernel has, of known sizes. */
function spatialSizes(call: OperatorCall, shape: Shape, kernel: readonly unknown[]): readonly number[] {
  const sizes = shape.slice(2);
  if (sizes.length === 0 || sizes.length !== kernel.length) {
    const expected = ['[B, C, L]', '[B, C, H, W]'][kernel.length - 1] ?? 'spatial axes';
    fail(call, 'rank', `expected ${expected}, found ${formatShape(shape)}`);
  }
  const unknown = sizes.find((size) => typeof size === 'string');
  if (unknown) fail(call, 'shape', `height and width must be known, found ${unknown}`);
  return sizes as number[];
}

function pool(call: OperatorCall): readonly TensorType[] {
  const [{ shape, dtype }] = operands(call, 1);
  const kernel = call.attributes['kernel_shape'] as readonly number[];
  const [sizes, windows] = [spatialSizes(call, shape, kernel), windowsOf(call.attributes, kernel)];
  const counts = windowCounts(sizes, windows);
  for (const [axis, count] of counts.entries()) {
    // onnxruntime leaves such a window out when it computes, but counts it when it infers shapes.
    const begin = (count - 1) * windows.strides[axis]! - windows.pads[axis]!.before;
    if (begin >= sizes[axis]!) fail(call, 'shape', `a last window begins behind the ${sizes[axis]} pixels`);
  }
  return [{ shape: [...shape.slice(0, 2), ...counts], dtype }];
}

/** The types of an operator's results. Throws GraphError. */
export function inferOutputs(call: OperatorCall): readonly TensorType[] {
  const rule = typeRules[call.op];
  if (!rule) throw new GraphError('unknown-name', call.scope, `no type rule for the operator ${call.op}`);
  return rule(call);
}

function operands(call: OperatorCall, count: 1): readonly [TensorType];
function operands(call: OperatorCall, count: 2): readonly [TensorType, TensorType];
function operands(call: OperatorCall, count: 3): readonly [TensorType, TensorType, TensorType];
function operands(call: OperatorCall, count: number): readonly TensorType[] {
  if (call.inputs.length < count) fail(call, 'rank', `needs ${count} operands, found ${call.inputs.length}`);
  return call.inputs;
}

function fail(call: OperatorCall, code: 'shape' | 'dtype' | 'rank', message: string): never {
  throw new GraphError(code, call.scope, `${call.op}: ${message}`);
}
