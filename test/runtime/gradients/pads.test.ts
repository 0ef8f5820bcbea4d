import { describe, expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { expectRightGradients } from './centralDifferences.ts';

interface Padded {
  readonly mode?: string;
  /** Widths before all axes, then behind them. */
  readonly pads: readonly number[];
  readonly axes?: readonly number[];
  /** Of what comes of `[4, 5]`. */
  readonly shape: readonly number[];
}

function padded(x: Value, { mode = 'constant', pads, axes, shape }: Padded, filling?: Value): Value {
  const { graph, dtype } = x;
  const inputs = [x, graph.int64(pads), filling ?? graph.absent(), axes ? graph.int64(axes) : graph.absent()];
  return graph.apply({ op: 'Pad', inputs, attributes: { mode }, types: [{ shape, dtype }] }).exp();
}

const pads: Record<string, Padded> = {
  zeros: { pads: [1, 0, 2, 3], shape: [7, 8] },
  'zeros, and a crop': { pads: [-1, 2, 0, -2], shape: [3, 5] },
  'zeros along one axis': { pads: [2, 1], axes: [-1], shape: [4, 8] },
  'a mirrored border': { mode: 'reflect', pads: [1, 1, 1, 1], shape: [6, 7] },
  'a mirrored border, wide': { mode: 'reflect', pads: [3, 2, 2, 4], shape: [9, 11] },
  'a mirrored border behind': { mode: 'reflect', pads: [0, 0, 2, 0], shape: [6, 5] },
  'a repeated border': { mode: 'edge', pads: [1, 3, 0, 2], shape: [5, 10] },
  'a repeated border along one axis': { mode: 'edge', pads: [2, 7], axes: [0], shape: [13, 5] },
};

describe('gradients of borders:', () => {
  for (const [name, of] of Object.entries(pads)) {
    test(`${name}`, () => expectRightGradients({ inputs: { x: [4, 5] }, build: ({ x }) => padded(x!, of) }));
  }
  test('the number that a border is filled with', () =>
    expectRightGradients({
      inputs: { x: [4, 5], filling: [1] },
      build: ({ x, filling }) => padded(x!, { pads: [1, 0, -1, 3], shape: [4, 8] }, filling!),
    }));
  test('of a mode without a rule', () => {
    const graph = new Graph();
    const x = graph.input('x', [4, 5]);
    const loss = graph
      .within('stem', () => padded(x, { mode: 'wrap', pads: [1, 0, 0, 0], shape: [5, 5] }))
      .sum();
    expect(() => gradient(loss, [x])).toThrow('gradient/stem: a Pad of mode wrap has no gradient rule');
  });
});
