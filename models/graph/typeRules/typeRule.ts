import type { Attributes } from '../attributes.ts';
import type { Shape } from '../dim.ts';
import { GraphError } from '../graphError.ts';
import type { TensorType } from '../tensorType.ts';

/** An operator about to be appended. */
export interface OperatorCall {
  readonly op: string;
  readonly inputs: readonly TensorType[];
  readonly attributes: Attributes;
  readonly scope: string;
}

/** The types of an operator's results. Throws GraphError where its operands do not fit together. */
export type TypeRule = (call: OperatorCall) => readonly TensorType[];

export type TypeRules = Readonly<Record<string, TypeRule>>;

/** So many operands at least. */
export function operands(call: OperatorCall, count: 1): readonly [TensorType];
export function operands(call: OperatorCall, count: 2): readonly [TensorType, TensorType];
export function operands(call: OperatorCall, count: 3): readonly [TensorType, TensorType, TensorType];
export function operands(call: OperatorCall, count: number): readonly TensorType[] {
  if (call.inputs.length < count) fail(call, 'rank', `needs ${count} operands, found ${call.inputs.length}`);
  return call.inputs;
}

/** The attribute `axis`, counted from the front. */
export function axisOf({ attributes }: OperatorCall, shape: Shape): number {
  const axis = (attributes['axis'] as number | undefined) ?? 0;
  return axis < 0 ? axis + shape.length : axis;
}

export function fail(
  call: OperatorCall,
  code: 'shape' | 'dtype' | 'rank' | 'attribute',
  message: string,
): never {
  throw new GraphError(code, call.scope, `${call.op}: ${message}`);
}
