import { productOf } from '../../graph/dim.ts';
import { GraphError } from '../../graph/graphError.ts';
import type { Value } from '../../graph/value.ts';
import type { GradientRule, RuleCall } from '../gradientRule.ts';
import { inFloat32 } from '../inFloat32.ts';
import { zerosLike } from '../zeros.ts';

/** Operators that take elements by an index, or put them there. What was taken several times gets the sum. */
export const gatherRules: Readonly<Record<string, GradientRule>> = {
  Gather: inFloat32((call) => [() => slicesPutBack(call)]),
  GatherElements: inFloat32(({ gradient, inputs: [x, index], attributes }) => [
    () => addedAt(zerosLike(x!), { op: 'ScatterElements', index: index!, updates: gradient, attributes }),
  ]),
  GatherND: inFloat32((call) => [
    () => {
      if (call.attributes['batch_dims']) refuse(call, 'a GatherND of batches');
      const [x, index] = call.inputs;
      return addedAt(zerosLike(x!), { op: 'ScatterND', index: index!, updates: call.gradient });
    },
  ]),
  ScatterElements: scattered('ScatterElements', 'GatherElements'),
  ScatterND: scattered('ScatterND', 'GatherND'),
};

interface Addition {
  readonly op: 'ScatterElements' | 'ScatterND';
  readonly index: Value;
  readonly updates: Value;
  readonly attributes?: RuleCall['attributes'];
}

function addedAt(onto: Value, { op, index, updates, attributes }: Addition): Value {
  return onto.graph.apply({
    op,
    inputs: [onto, index, updates],
    attributes: { ...attributes, reduction: 'add' },
    types: [onto],
  });
}

/** Slices of `[..., axis, ...]`, put back along the first axis, where ScatterND takes them as they are. */
function slicesPutBack({ gradient, inputs, attributes }: RuleCall): Value {
  const [x, index] = [inputs[0]!, inputs[1]!];
  const stated = (attributes['axis'] as number | undefined) ?? 0;
  const axis = stated < 0 ? stated + x.shape.length : stated;
  const count = productOf(index.shape);
  const order = [axis, ...[...x.shape.keys()].filter((each) => each !== axis)];
  const first = (value: Value): Value => (axis === 0 ? value : value.transpose(order));
  const sum = addedAt(zerosLike(first(x)), {
    op: 'ScatterND',
    index: index.cast('int64').reshape([count, 1]),
    updates: first(gradient.reshape(x.shape.with(axis, count))),
  });
  return axis === 0 ? sum : sum.transpose(order.map((_, each) => order.indexOf(each)));
}

/** What was put somewhere gets the gradient from there; what it took the place of gets none. */
function scattered(scatter: string, gather: string): GradientRule {
  return (call) => {
    const { gradient, inputs, attributes: all, graph } = call;
    const { reduction = 'none', ...attributes } = all;
    if (reduction !== 'none' && reduction !== 'add') refuse(call, `a ${scatter} by '${reduction}'`);
    const [index, updates] = [inputs[1]!, inputs[2]!];
    const without = (): Value =>
      graph.apply({
        op: scatter,
        inputs: [gradient, index, zerosLike(updates)],
        attributes,
        types: [gradient],
      });
    return [
      () => (reduction === 'add' ? gradient : without()),
      undefined,
      () => graph.apply({ op: gather, inputs: [gradient, index], attributes, types: [updates] }),
    ];
  };
}

function refuse({ graph }: RuleCall, what: string): never {
  throw new GraphError('no-gradient', graph.scope, `${what} has no gradient rule`);
}
