import { describe, expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import type { Attributes } from '../../../models/graph/attributes.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { expectRightGradients } from './centralDifferences.ts';

describe('gradients of products:', () => {
  const products: Record<string, { a: number[]; b: number[] }> = {
    matrices: { a: [3, 4], b: [4, 2] },
    batches: { a: [2, 3, 4], b: [2, 4, 2] },
    'a batch and a weight': { a: [2, 3, 4], b: [4, 2] },
    'a batch and a broadcast batch': { a: [2, 2, 3, 4], b: [1, 2, 4, 2] },
    'a weight and a batch': { a: [3, 4], b: [2, 4, 2] },
  };
  for (const [name, inputs] of Object.entries(products)) {
    test(`MatMul of ${name}`, () => expectRightGradients({ inputs, build: ({ a, b }) => a!.matmul(b!) }));
  }
  test('a batch whose size is only known when the graph runs', () =>
    expectRightGradients({
      inputs: { a: [2, 3, 4], b: [4, 2] },
      axes: { a: ['B', 'T', 4] },
      build: ({ a, b }) => a!.matmul(b!).tanh(),
    }));
  const gemms: Record<string, { a: number[]; b: number[]; c: number[]; attributes: Attributes }> = {
    plain: { a: [5, 3], b: [3, 2], c: [5, 2], attributes: {} },
    'with a stored weight and an offset': { a: [5, 3], b: [2, 3], c: [2], attributes: { transB: 1 } },
    'of a stored operand, an offset per row': { a: [3, 5], b: [3, 2], c: [5, 1], attributes: { transA: 1 } },
    'of both, scaled': {
      a: [3, 5],
      b: [2, 3],
      c: [],
      attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: -3 } },
    },
  };
  for (const [name, { a, b, c, attributes }] of Object.entries(gemms)) {
    test(`Gemm ${name}`, () =>
      expectRightGradients({
        inputs: { a, b, c },
        build: (operands, graph) => graph.apply({ op: 'Gemm', inputs: Object.values(operands), attributes }),
      }));
  }
  for (const scale of [0.7, undefined]) {
    test(`fused attention, ${scale ? 'scaled' : 'with the scale that goes without saying'}`, () =>
      expectRightGradients({
        inputs: { q: [2, 3, 8], k: [2, 5, 8], v: [2, 5, 8] },
        build: ({ q, k, v }) => attention([q!, k!, v!], scale),
      }));
  }
  test('fused attention with a bias has no rule', () => {
    const graph = new Graph();
    const [q, bias] = [graph.input('q', [1, 2, 4]), graph.input('bias', [12])];
    const loss = graph.within('attn', () => attention([q, q, q, bias], 1)).sum();
    expect(() => gradient(loss, [q])).toThrow('attn: a MultiHeadAttention of more than query, key and value');
  });
});

function attention(inputs: readonly [Value, ...Value[]], scale: number | undefined): Value {
  return inputs[0].graph.apply({
    op: 'MultiHeadAttention',
    domain: 'com.microsoft',
    inputs,
    attributes: { num_heads: 2, ...(scale ? { scale: { float: scale } } : {}) },
    types: [inputs[0]],
  });
}
