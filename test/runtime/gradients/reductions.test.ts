import { describe, test } from 'vitest';
import type { Value } from '../../../models/graph/value.ts';
import { expectRightGradients } from './centralDifferences.ts';

const operators = [
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceSumSquare',
  'ReduceLogSumExp',
];

interface Reduced {
  readonly axes?: readonly number[];
  readonly attributes: Readonly<Record<string, number>>;
  readonly shape: readonly number[];
}

const reductions: Record<string, Reduced> = {
  'of all': { attributes: { keepdims: 0 }, shape: [] },
  'along an axis': { axes: [1], attributes: { keepdims: 0 }, shape: [2, 4] },
  'along axes counted from behind, kept': { axes: [-1, -3], attributes: {}, shape: [1, 3, 1] },
  'along none': { axes: [], attributes: { noop_with_empty_axes: 1 }, shape: [2, 3, 4] },
};

describe('gradients of reductions:', () => {
  for (const op of operators) {
    for (const [name, { axes, attributes, shape }] of Object.entries(reductions)) {
      test(`${op} ${name}`, () =>
        expectRightGradients({
          inputs: { x: [2, 3, 4] },
          build: ({ x }, graph) => {
            const inputs = axes ? [x!, graph.int64(axes)] : [x!];
            return graph.apply({ op, inputs, attributes, types: [{ shape, dtype: 'float32' }] }).mul(2);
          },
        }));
    }
  }
  const composed: Record<string, (x: Value) => Value> = {
    'the sum of all, squared': (x) => x.sum().mul(x.sum()),
    'a mean along an axis, kept': (x) => x.mul(x.mean([1], true)),
    'a sum along no axis': (x) => x.exp().sum([]),
    'a product with a 0 in some of its rows': (x) => product(x.relu()),
    'a length of 0': (x) => length(x.relu().mul(0)),
  };
  for (const [name, of] of Object.entries(composed)) {
    test(`${name}`, () => expectRightGradients({ inputs: { x: [2, 3, 4] }, build: ({ x }) => of(x!) }));
  }
  test('of rows whose number is only known when the graph runs', () =>
    expectRightGradients({
      inputs: { x: [2, 3] },
      axes: { x: ['B', 3] },
      build: ({ x }) => x!.mul(x!.mean([0], true)),
    }));
  test('of which several sizes are only known when the graph runs', () =>
    expectRightGradients({
      inputs: { x: [3, 2, 4] },
      axes: { x: [3, 'B', 'T'] },
      build: ({ x }) => x!.sum([0]).exp(),
    }));
});

function alongLast(op: string, x: Value): Value {
  const inputs = [x, x.graph.int64([-1])];
  return x.graph.apply({
    op,
    inputs,
    attributes: { keepdims: 0 },
    types: [{ shape: [2, 3], dtype: 'float32' }],
  });
}
const product = (x: Value): Value => alongLast('ReduceProd', x);
const length = (x: Value): Value => alongLast('ReduceL2', x);
