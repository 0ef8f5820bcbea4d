import { describe, expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import { expectRightGradients } from './centralDifferences.ts';

describe('gradients of pictures that change their size:', () => {
  const sizes = [
    [6, 10],
    [3, 5],
    [2, 3],
    [4, 7],
    [9, 5],
  ] as const;
  const modes = {
    'nearest, repeated': {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
    nearest: { mode: 'nearest' },
    'nearest, rounded down': { mode: 'nearest', nearest_mode: 'floor' },
    'nearest, rounded up, corners aligned': {
      mode: 'nearest',
      nearest_mode: 'ceil',
      coordinate_transformation_mode: 'align_corners',
    },
    bilinear: { mode: 'linear' },
    'bilinear, corners aligned': { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    'bilinear, antialiased': { mode: 'linear', antialias: 1 },
    'bilinear, as PyTorch places pixels': {
      mode: 'linear',
      coordinate_transformation_mode: 'pytorch_half_pixel',
    },
    bicubic: { mode: 'cubic', cubic_coeff_a: { float: -0.75 } },
    'bicubic, antialiased': { mode: 'cubic', antialias: 1, cubic_coeff_a: { float: -0.5 } },
    'bicubic, without what lies outside': { mode: 'cubic', exclude_outside: 1 },
  };
  for (const [name, attributes] of Object.entries(modes)) {
    for (const [height, width] of sizes) {
      test(`${name}, 3x5 to ${height}x${width}`, () =>
        expectRightGradients({
          inputs: { x: [1, 2, 3, 5] },
          build: ({ x }, graph) =>
            graph.apply({
              op: 'Resize',
              inputs: [x!, graph.absent(), graph.absent(), graph.int64([1, 2, height, width])],
              attributes,
              types: [{ shape: [1, 2, height, width], dtype: 'float32' }],
            }),
        }));
    }
  }
  const stated: Record<
    string,
    { scales: number[]; axes?: number[]; to: number[]; mode: string; place: string }
  > = {
    'by scales, symmetrical': {
      scales: [1, 1, 1.5, 0.7],
      to: [1, 2, 4, 3],
      mode: 'linear',
      place: 'half_pixel_symmetric',
    },
    'by scales': { scales: [1, 1, 1.5, 2.5], to: [1, 2, 4, 12], mode: 'cubic', place: 'half_pixel' },
    'of some axes': {
      scales: [2.5, 1.5],
      axes: [-1, 2],
      to: [1, 2, 4, 12],
      mode: 'linear',
      place: 'half_pixel',
    },
  };
  for (const [name, { scales, axes, to, mode, place }] of Object.entries(stated)) {
    test(`${name}`, () =>
      expectRightGradients({
        inputs: { x: [1, 2, 3, 5] },
        build: ({ x }, graph) =>
          graph.apply({
            op: 'Resize',
            inputs: [x!, graph.absent(), graph.constant(scales)],
            attributes: { mode, coordinate_transformation_mode: place, ...(axes ? { axes } : {}) },
            types: [{ shape: to, dtype: 'float32' }],
          }),
      }));
  }
  test('where the rounding of float32 decides which pixel is the nearest', () =>
    expectRightGradients({
      inputs: { x: [1, 1, 14, 7] },
      build: ({ x }, graph) =>
        graph.apply({
          op: 'Resize',
          inputs: [x!, graph.absent(), graph.absent(), graph.int64([1, 1, 41, 1])],
          attributes: { mode: 'nearest', nearest_mode: 'floor' },
          types: [{ shape: [1, 1, 41, 1], dtype: 'float32' }],
        }),
    }));
  test('cropped on the way, they have no rule', () => {
    const graph = new Graph();
    const x = graph.input('x', [1, 1, 4, 4]);
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize' };
    const inputs = [x, graph.constant([0, 0, 0, 0, 1, 1, 1, 1]), graph.absent(), graph.int64([1, 1, 2, 2])];
    const types = [{ shape: [1, 1, 2, 2], dtype: 'float32' }] as const;
    const loss = graph.within('stem', () => graph.apply({ op: 'Resize', inputs, attributes, types })).sum();
    expect(() => gradient(loss, [x])).toThrow('stem: a Resize that crops has no gradient rule');
  });
});
