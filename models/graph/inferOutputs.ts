import { GraphError } from './graphError.ts';
import type { TensorType } from './tensorType.ts';
import { elementwiseTypes } from './typeRules/elementwise.ts';
import { layoutTypes } from './typeRules/layout.ts';
import { productTypes } from './typeRules/products.ts';
import type { OperatorCall, TypeRules } from './typeRules/typeRule.ts';
import { windowedTypes } from './typeRules/windowed.ts';

/** Result types of every operator that the layers use and whose result follows from its input types. */
const typeRules: TypeRules = {
  ...elementwiseTypes,
  ...productTypes,
  ...windowedTypes,
  ...layoutTypes,
};

/** The types of an operator's results. Throws GraphError. */
export function inferOutputs(call: OperatorCall): readonly TensorType[] {
  const rule = typeRules[call.op];
  if (!rule) throw new GraphError('unknown-name', call.scope, `no type rule for the operator ${call.op}`);
  return rule(call);
}
