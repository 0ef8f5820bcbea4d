import { constantNumbers } from './constantNumbers.ts';
import { formatShape, productOf } from './dim.ts';
import type { ElementType } from './elementType.ts';
import type { GraphNode, Value } from './value.ts';

/** Constants with more numbers stay as they are: what is computed of them may take more memory than the computation. */
const MOST_NUMBERS = 1024;

/** float32 rounds after every operation; whole numbers are divided as ONNX does, towards 0. */
const rounding: Partial<Record<ElementType, (value: number) => number>> = {
  float32: Math.fround,
  int64: Math.trunc,
};

const ofOne: Readonly<Record<string, (a: number) => number>> = {
  Cast: (a) => a,
  Neg: (a) => -a,
  Sqrt: Math.sqrt,
};

const ofTwo: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/**
 * The numbers that an operator makes of small constants, or of a shape that is known, to the bit as onnxruntime computes them.
 * Undefined where that is not so, or not known here.
 */
export function foldConstant({ op, inputs, attributes, outputs }: GraphNode): readonly number[] | undefined {
  const { dtype } = outputs[0]!;
  const round = rounding[dtype];
  if (!round || outputs.length > 1) return undefined;
  if (op === 'Size' || (op === 'Shape' && Object.keys(attributes).length === 0))
    return ofShape(op, inputs[0]!);
  const operands = inputs.map(smallConstant);
  if (!operands.every((numbers) => numbers !== undefined)) return undefined;
  const made = compute(op, inputs, operands)?.map(round);
  return dtype === 'int64' && !made?.every(Number.isSafeInteger) ? undefined : made;
}

function compute(
  op: string,
  inputs: readonly Value[],
  operands: readonly (readonly number[])[],
): readonly number[] | undefined {
  const [a, b] = operands;
  if (op === 'Reshape') return a;
  if (op === 'Concat') return inputs[0]!.shape.length === 1 ? operands.flat() : undefined;
  if (ofOne[op]) return a!.map(ofOne[op]);
  const combine = ofTwo[op];
  if (!combine || !goTogether(inputs)) return undefined;
  const at = (numbers: readonly number[], i: number): number => numbers[numbers.length === 1 ? 0 : i]!;
  return Array.from({ length: Math.max(a!.length, b!.length) }, (_, i) => combine(at(a!, i), at(b!, i)));
}

function ofShape(op: string, { shape }: Value): readonly number[] | undefined {
  const known = shape.every((dim) => typeof dim === 'number');
  if (!known) return undefined;
  return op === 'Shape' ? shape : [productOf(shape) as number];
}

function smallConstant(value: Value): readonly number[] | undefined {
  const initializer = value.graph.initializers.get(value.name);
  if (!initializer || initializer.replaceable || initializer.data.kind === 'file') return undefined;
  if (!rounding[value.dtype] || Number(productOf(value.shape)) > MOST_NUMBERS) return undefined;
  return constantNumbers(value, 'the numbers of a constant');
}

/** Of one shape, or one of a single number. */
function goTogether([a, b]: readonly Value[]): boolean {
  return formatShape(a!.shape) === formatShape(b!.shape) || a!.shape.length === 0 || b!.shape.length === 0;
}
