import { describe, test } from 'vitest';
import { expectRightGradients } from './centralDifferences.ts';

describe('gradients of pools:', () => {
  const pools: Record<string, { x: number[]; attributes: Record<string, number | readonly number[]> }> = {
    '2x2': { x: [2, 2, 4, 6], attributes: { strides: [2, 2] } },
    '2x2 of odd sides, last ones too': { x: [1, 2, 5, 7], attributes: { strides: [2, 2], ceil_mode: 1 } },
    '2x2 of odd sides, last ones left out': { x: [1, 2, 5, 7], attributes: { strides: [2, 2] } },
    overlapping: { x: [1, 2, 5, 6], attributes: { kernel_shape: [3, 3], strides: [2, 1] } },
    padded: { x: [1, 2, 5, 5], attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
    'padded, padding counted': {
      x: [1, 2, 5, 5],
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    },
    'padded, last ones too': {
      x: [1, 2, 6, 7],
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 1], ceil_mode: 1 },
    },
    'padded, padding counted, last ones too': {
      x: [1, 2, 6, 7],
      attributes: {
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 0, 1],
        ceil_mode: 1,
        count_include_pad: 1,
      },
    },
    dilated: {
      x: [1, 2, 6, 7],
      attributes: { kernel_shape: [2, 3], strides: [2, 1], dilations: [3, 2], pads: [1, 0, 0, 2] },
    },
    'along one axis': { x: [2, 3, 7], attributes: { kernel_shape: [3], strides: [2] } },
  };
  for (const [name, { x, attributes }] of Object.entries(pools)) {
    const { count_include_pad: _, ...ofMaximum } = attributes;
    const expectRightPool = (op: string, given: typeof attributes) =>
      expectRightGradients({
        inputs: { x },
        build: ({ x }, graph) =>
          graph.apply({ op, inputs: [x!], attributes: { kernel_shape: [2, 2], ...given } }),
      });
    test(`maxima, ${name}`, () => expectRightPool('MaxPool', ofMaximum));
    test(`means, ${name}`, () => expectRightPool('AveragePool', attributes));
  }
  test('maxima, whose places are counted column by column', () =>
    expectRightGradients({
      inputs: { x: [2, 2, 4, 6] },
      build: ({ x }, graph) => {
        const attributes = { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 };
        return graph.apply({ op: 'MaxPool', inputs: [x!], attributes });
      },
    }));
});
