import { describe, test } from 'vitest';
import type { Attributes } from '../../../models/graph/attributes.ts';
import type { Value } from '../../../models/graph/value.ts';
import { expectRightGradients } from './centralDifferences.ts';

interface Moved {
  readonly op: string;
  readonly numbers?: readonly (readonly number[])[];
  readonly attributes?: Attributes;
  readonly shape: readonly number[];
}

/** An operator on `x` and constants of whole numbers. */
function moved(x: Value, { op, numbers = [], attributes = {}, shape }: Moved): Value {
  const { graph, dtype } = x;
  const inputs = [x, ...numbers.map((each) => graph.int64(each))];
  return graph.apply({ op, inputs, attributes, types: [{ shape, dtype }] }).exp();
}

const table = (x: Value): Value => x.graph.int64([1, 0, -1, 1]).reshape([2, 2]);

const operators: Record<string, (x: Value) => Value> = {
  transpose: (x) => x.transpose([2, 0, 1]).exp(),
  reshape: (x) => x.reshape([6, 4]).exp(),
  flatten: (x) => moved(x, { op: 'Flatten', attributes: { axis: 2 }, shape: [6, 4] }),
  'unsqueeze and squeeze': (x) => {
    const wide = moved(x, { op: 'Unsqueeze', numbers: [[0, -1]], shape: [1, 2, 3, 4, 1] });
    return moved(wide, { op: 'Squeeze', numbers: [[0, -1]], shape: [2, 3, 4] });
  },
  expand: (x) => {
    return moved(x.reshape([2, 1, 12]), { op: 'Expand', numbers: [[3, 2, 5, 12]], shape: [3, 2, 5, 12] });
  },
  tile: (x) => moved(x, { op: 'Tile', numbers: [[2, 1, 3]], shape: [4, 3, 12] }),
  slice: (x) => x.slice(1, 2, 1).exp(),
  'slice, counted from behind': (x) => {
    return moved(x, { op: 'Slice', numbers: [[-3], [-1], [-1]], shape: [2, 3, 2] });
  },
  'slice of two axes, beyond the end': (x) => {
    return moved(x, {
      op: 'Slice',
      numbers: [
        [1, 2],
        [9, 99],
      ],
      shape: [1, 1, 4],
    });
  },
  'slice in steps': (x) => {
    return moved(x, {
      op: 'Slice',
      numbers: [
        [1, 0],
        [4, 3],
        [2, 1],
        [2, 2],
      ],
      shape: [2, 2, 2],
    });
  },
  'slice in steps, backwards': (x) => {
    return moved(x, {
      op: 'Slice',
      numbers: [
        [9, -1],
        [0, -9],
        [2, 1],
        [-2, -1],
      ],
      shape: [2, 3, 2],
    });
  },
  'concat, of a value with itself': (x) => x.concat([x.exp(), x], 1).exp(),
  'concat along the last axis, counted from behind': (x) => x.concat([x.exp().slice(0, 1, 2)], -1).exp(),
  'split, one part unused': (x) => {
    const [first, , last] = x.graph.node({
      op: 'Split',
      inputs: [x, x.graph.int64([1, 2, 1])],
      attributes: { axis: -1 },
      types: [1, 2, 1].map((size) => ({ shape: [2, 3, size], dtype: 'float32' as const })),
    });
    return first!.exp().mul(last!);
  },
  'gather, some twice': (x) => x.gather(x.graph.int64([2, 0, 2, 2]), 1).exp(),
  'gather, counted from behind': (x) => x.gather(x.graph.int64([-1, 0, -1]), -1).exp(),
  'gather by a table': (x) => x.exp().gather(table(x), 0),
  'gather elements, some twice': (x) => {
    const { graph, dtype } = x;
    const inputs = [x.reshape([6, 4]), graph.int64([5, 0, 0, 1, -1, 0, 2, 2]).reshape([2, 4])];
    return graph.apply({ op: 'GatherElements', inputs, types: [{ shape: [2, 4], dtype }] }).exp();
  },
  'gather of places, some twice': (x) => {
    const { graph, dtype } = x;
    const inputs = [x, graph.int64([0, 2, 1, 0, 0, -1]).reshape([3, 2])];
    return graph.apply({ op: 'GatherND', inputs, types: [{ shape: [3, 4], dtype }] }).exp();
  },
};

describe('gradients of operators that move elements:', () => {
  for (const [name, of] of Object.entries(operators)) {
    test(`${name}`, () => expectRightGradients({ inputs: { x: [2, 3, 4] }, build: ({ x }) => of(x!) }));
  }
  test('concat, of which only one operand’s size is known', () =>
    expectRightGradients({
      inputs: { x: [2, 3], more: [4, 3] },
      axes: { more: ['E', 3] },
      build: ({ x, more }) => x!.concat([more!], 0).exp(),
    }));
  for (const reduction of ['none', 'add']) {
    test(`scattered elements, ${reduction}`, () =>
      expectRightGradients({
        inputs: { x: [3, 4], updates: [3, 2] },
        build: ({ x, updates }, graph) => {
          const inputs = [x!, graph.int64([3, 0, 2, 1, -1, 0]).reshape([3, 2]), updates!];
          const attributes = { axis: 1, reduction };
          return graph.apply({ op: 'ScatterElements', inputs, attributes, types: [x!] }).exp();
        },
      }));
    test(`scattered rows, ${reduction}`, () =>
      expectRightGradients({
        inputs: { x: [3, 4], updates: [2, 4] },
        build: ({ x, updates }, graph) => {
          const inputs = [x!, graph.int64([2, 0]).reshape([2, 1]), updates!];
          return graph.apply({ op: 'ScatterND', inputs, attributes: { reduction }, types: [x!] }).exp();
        },
      }));
  }
});
