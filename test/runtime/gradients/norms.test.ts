import { describe, test } from 'vitest';
import { expectRightGradients } from './centralDifferences.ts';

describe('gradients of norms:', () => {
  const epsilon = { float: 1e-3 };
  const expectRightNorm = (op: string, inputs: Record<string, number[]>, attributes = {}) =>
    expectRightGradients({
      inputs,
      range: [0.2, 2],
      build: (operands, graph) =>
        graph.apply({ op, inputs: Object.values(operands), attributes: { epsilon, ...attributes } }),
    });
  test('of each channel', () =>
    expectRightNorm('InstanceNormalization', { x: [2, 3, 5], scale: [3], shift: [3] }));
  test('of each channel of pictures', () =>
    expectRightNorm('InstanceNormalization', { x: [1, 2, 3, 4], scale: [2], shift: [2] }));
  test('of the last axis', () =>
    expectRightNorm('LayerNormalization', { x: [2, 3, 6], scale: [6], shift: [6] }, { axis: -1 }));
  test('of the last two axes', () =>
    expectRightNorm('LayerNormalization', { x: [2, 3, 4], scale: [3, 4], shift: [3, 4] }, { axis: 1 }));
  test('with statistics that are given', () =>
    expectRightGradients({
      inputs: { x: [2, 3, 2, 2], scale: [3], shift: [3] },
      build: ({ x, scale, shift }, graph) => {
        const [mean, variance] = [graph.constant([0.1, -0.2, 0.3]), graph.constant([1, 0.5, 2])];
        const inputs = [x!, scale!, shift!, mean, variance];
        return graph.apply({ op: 'BatchNormalization', inputs, attributes: { epsilon } });
      },
    }));
  test('with statistics of the batch itself', () =>
    expectRightGradients({
      inputs: { x: [3, 2, 2, 2], scale: [2], shift: [2] },
      build: ({ x, scale, shift }, graph) => {
        const [zeros, ones] = [graph.constant([0, 0]), graph.constant([1, 1])];
        const of = { shape: [2], dtype: 'float32' } as const;
        return graph.apply({
          op: 'BatchNormalization',
          inputs: [x!, scale!, shift!, zeros, ones],
          attributes: { epsilon, training_mode: 1 },
          types: [x!, of, of],
        });
      },
    }));
});
