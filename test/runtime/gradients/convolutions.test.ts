import { describe, expect, test } from 'vitest';
import { Graph } from '../../../models/graph/graph.ts';
import { expectRightGradients } from './centralDifferences.ts';

describe('gradients of convolutions:', () => {
  interface Case {
    readonly x: number[];
    readonly w: number[];
    readonly attributes: Record<string, number | readonly number[]>;
  }
  const cases: Record<string, Case> = {
    '3x3': { x: [2, 2, 4, 5], w: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
    '1x1': { x: [2, 3, 2, 3], w: [2, 3, 1, 1], attributes: {} },
    'without padding': { x: [1, 2, 4, 5], w: [2, 2, 3, 2], attributes: {} },
    'more padding than the kernel reaches': {
      x: [1, 1, 3, 3],
      w: [2, 1, 2, 2],
      attributes: { pads: [2, 2, 2, 2] },
    },
    strided: { x: [1, 2, 6, 5], w: [2, 2, 3, 3], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
    'strided, the last row unused': { x: [1, 2, 6, 6], w: [2, 2, 3, 3], attributes: { strides: [2, 2] } },
    'padded behind only': {
      x: [1, 2, 4, 4],
      w: [2, 2, 3, 3],
      attributes: { pads: [0, 0, 1, 1], strides: [2, 2] },
    },
    dilated: { x: [1, 2, 6, 6], w: [2, 2, 3, 3], attributes: { pads: [2, 2, 2, 2], dilations: [2, 2] } },
    'dilated and strided': {
      x: [1, 1, 7, 8],
      w: [2, 1, 3, 2],
      attributes: { pads: [1, 0, 1, 1], dilations: [2, 3], strides: [2, 3] },
    },
    grouped: { x: [2, 4, 3, 3], w: [6, 2, 3, 3], attributes: { pads: [1, 1, 1, 1], group: 2 } },
    depthwise: {
      x: [1, 3, 4, 4],
      w: [3, 1, 3, 3],
      attributes: { pads: [1, 1, 1, 1], group: 3, strides: [2, 2] },
    },
    'along one axis': { x: [2, 2, 7], w: [3, 2, 3], attributes: { pads: [1, 1], strides: [2] } },
    'to fewer channels': { x: [2, 3, 4, 5], w: [2, 3, 3, 2], attributes: { pads: [1, 0, 2, 1] } },
    'to fewer channels, dilated': {
      x: [1, 2, 6, 7],
      w: [1, 2, 3, 3],
      attributes: { pads: [2, 1, 0, 3], dilations: [2, 2] },
    },
    'to fewer channels, more padding than the kernel reaches': {
      x: [1, 2, 3, 3],
      w: [1, 2, 2, 2],
      attributes: { pads: [2, 2, 2, 2] },
    },
    'to fewer channels along one axis': { x: [2, 3, 7], w: [2, 3, 4], attributes: { pads: [3, 1] } },
  };
  for (const [name, { x, w, attributes }] of Object.entries(cases)) {
    test(`${name}`, () =>
      expectRightGradients({
        inputs: { x, w, b: [w[0]!] },
        axes: { x: ['B', ...x.slice(1)] },
        build: ({ x, w, b }, graph) =>
          graph.apply({
            op: 'Conv',
            inputs: [x!, w!, b!],
            attributes: { kernel_shape: w!.shape.slice(2) as number[], ...attributes },
          }),
      }));
  }
  const transposed: Record<string, Case> = {
    plain: { x: [2, 3, 2, 3], w: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
    'strided, with rows added behind': {
      x: [1, 2, 3, 2],
      w: [2, 2, 3, 3],
      attributes: { pads: [1, 1, 1, 1], strides: [2, 2], output_padding: [1, 1] },
    },
    grouped: { x: [1, 4, 2, 3], w: [4, 1, 2, 2], attributes: { strides: [2, 1], group: 2 } },
    'along one axis': { x: [2, 2, 3], w: [2, 3, 4], attributes: { strides: [2], pads: [1, 1] } },
    'to more channels': { x: [2, 2, 3, 4], w: [2, 3, 3, 2], attributes: { pads: [1, 0, 2, 1] } },
    dilated: {
      x: [1, 2, 3, 4],
      w: [2, 3, 3, 2],
      attributes: { dilations: [2, 3], strides: [2, 1], pads: [1, 0, 2, 1] },
    },
    'grouped, dilated and strided along one axis, with a row added behind': {
      x: [2, 4, 5],
      w: [4, 3, 3],
      attributes: { group: 2, dilations: [2], strides: [3], pads: [2, 1], output_padding: [2] },
    },
  };
  for (const [name, { x, w, attributes }] of Object.entries(transposed)) {
    test(`transposed, ${name}`, () =>
      expectRightGradients({
        inputs: { x, w, b: [w[1]! * Number(attributes['group'] ?? 1)] },
        build: ({ x, w, b }, graph) =>
          graph.apply({
            op: 'ConvTranspose',
            inputs: [x!, w!, b!],
            attributes: { kernel_shape: w!.shape.slice(2) as number[], ...attributes },
          }),
      }));
  }
  test('padded automatically are refused where they are built', () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', [1, 1, 4, 4]), graph.input('w', [1, 1, 3, 3])];
    const attributes = { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER' };
    const build = () => graph.within('stem', () => graph.apply({ op: 'Conv', inputs: [x, w], attributes }));
    expect(build).toThrow('stem: Conv: auto_pad is SAME_UPPER; state pads instead');
  });
});
