import { describe, expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { wrongGradients } from './centralDifferences.ts';

type Operands = Readonly<Record<string, Value>>;

const positive = [0.3, 2] as const;
const x = { x: [2, 3, 4] };

/** Operators of one operand, with the range in which they are smooth. */
const ofOne: Record<string, { range?: readonly [number, number]; of: (x: Value) => Value }> = {
  neg: { of: (x) => x.neg() },
  abs: { of: (x) => x.abs() },
  exp: { of: (x) => x.exp() },
  log: { range: positive, of: (x) => x.log() },
  sqrt: { range: positive, of: (x) => x.sqrt() },
  'a square': { of: (x) => x.pow(2) },
  'a negative power': { range: positive, of: (x) => x.pow(-1.5) },
  cos: { of: (x) => x.cos() },
  sin: { of: (x) => x.sin() },
  sigmoid: { of: (x) => x.sigmoid() },
  tanh: { of: (x) => x.tanh() },
  relu: { of: (x) => x.relu() },
  gelu: { of: (x) => x.gelu() },
  silu: { of: (x) => x.mul(x.sigmoid()) },
  erf: { of: (x) => x.graph.apply({ op: 'Erf', inputs: [x] }) },
  'leaky relu': {
    of: (x) => x.graph.apply({ op: 'LeakyRelu', inputs: [x], attributes: { alpha: { float: 0.2 } } }),
  },
  clip: {
    of: (x) => x.graph.apply({ op: 'Clip', inputs: [x, x.graph.scalar(-0.45), x.graph.scalar(0.61)] }),
  },
  softmax: { of: (x) => x.softmax() },
  'softmax along the middle': { of: (x) => x.softmax(1) },
  'log-softmax': { of: (x) => x.logSoftmax() },
  'the sum of all': { of: (x) => x.sum().mul(x.sum()) },
  'sums along axes': { of: (x) => x.mul(x).sum([0, 2]) },
  'means along an axis, kept': { of: (x) => x.mul(x.mean([1], true)) },
  'means counted from behind': { of: (x) => x.mul(x).mean([-1]) },
  transpose: { of: (x) => x.transpose([2, 0, 1]).mul(x.transpose([2, 0, 1])) },
  reshape: { of: (x) => x.reshape([6, 4]).mul(x.reshape([6, 4])) },
  slice: { of: (x) => x.slice(1, 2, 1).exp() },
  pad: { of: (x) => x.pad(2, 1, 2).exp() },
  'concat, of a value with itself': { of: (x) => x.concat([x.exp(), x], 1) },
  'gather, some twice': { of: (x) => x.gather(x.graph.int64([2, 0, 2, 2]), 1).exp() },
  'gather by a table': { of: (x) => x.exp().gather(indexTable(x), 0) },
  cast: { of: (x) => x.cast('float64').cast('float32').exp() },
};

function indexTable(x: Value): Value {
  return x.graph.int64([1, 0, 1, 1]).reshape([2, 2]);
}

const power = (x: Value, exponent: Value): Value => x.graph.apply({ op: 'Pow', inputs: [x, exponent] });
const nothingOf = (x: Value): Value => x.mul(x.graph.scalar(0));

const ofTwo: Record<string, { range?: readonly [number, number]; of: (a: Value, b: Value) => Value }> = {
  add: { of: (a, b) => a.add(b).exp() },
  sub: { of: (a, b) => a.sub(b).exp() },
  mul: { of: (a, b) => a.mul(b) },
  div: { range: positive, of: (a, b) => a.div(b) },
  pow: { range: positive, of: power },
  'pow of 0': { of: (a, b) => power(a.relu(), b.abs().add(b.graph.scalar(0.5))) },
  'pow of 0 to 0': { of: (a, b) => power(nothingOf(a), nothingOf(b)) },
  min: { of: (a, b) => a.min(b).exp() },
  max: { of: (a, b) => a.max(b).exp() },
  where: { of: (a, b) => a.greater(a.graph.scalar(0.2)).where(a.exp(), b.exp()) },
  prelu: { of: (a, b) => a.graph.apply({ op: 'PRelu', inputs: [a, b] }) },
};

describe('gradients of operators on elements agree with central differences:', () => {
  for (const [name, { of, range }] of Object.entries(ofOne)) {
    test(`${name}`, () =>
      expect(
        wrongGradients({ inputs: x, build: ({ x }) => of(x!), ...(range ? { range } : {}) }),
      ).resolves.toEqual([]));
  }
  for (const [name, { of, range }] of Object.entries(ofTwo)) {
    const build = ({ a, b }: Operands): Value => of(a!, b!);
    for (const b of [[2, 3, 4], [3, 1], [4], [1, 1, 4]]) {
      const shapes = { a: [2, 3, 4], b };
      test(`${name} of [2,3,4] and [${b}]`, () =>
        expect(wrongGradients({ inputs: shapes, build, ...(range ? { range } : {}) })).resolves.toEqual([]));
    }
  }
});

describe('gradients of products:', () => {
  const products: Record<string, { a: number[]; b: number[] }> = {
    matrices: { a: [3, 4], b: [4, 2] },
    batches: { a: [2, 3, 4], b: [2, 4, 2] },
    'a batch and a weight': { a: [2, 3, 4], b: [4, 2] },
    'a batch and a broadcast batch': { a: [2, 2, 3, 4], b: [1, 2, 4, 2] },
    'a weight and a batch': { a: [3, 4], b: [2, 4, 2] },
  };
  for (const [name, inputs] of Object.entries(products)) {
    test(`MatMul of ${name}`, () =>
      expect(wrongGradients({ inputs, build: ({ a, b }) => a!.matmul(b!) })).resolves.toEqual([]));
  }
  test('a batch whose size is only known when the graph runs', () =>
    expect(
      wrongGradients({
        inputs: { a: [2, 3, 4], b: [4, 2] },
        axes: { a: ['B', 'T', 4] },
        build: ({ a, b }) => a!.matmul(b!).tanh(),
      }),
    ).resolves.toEqual([]));
  test('Gemm with a stored weight and an offset', () =>
    expect(
      wrongGradients({
        inputs: { a: [5, 3], w: [2, 3], b: [2] },
        build: ({ a, w, b }, graph) =>
          graph.apply({ op: 'Gemm', inputs: [a!, w!, b!], attributes: { transB: 1 } }),
      }),
    ).resolves.toEqual([]));
  test('fused attention', () =>
    expect(
      wrongGradients({
        inputs: { q: [2, 3, 8], k: [2, 5, 8], v: [2, 5, 8] },
        build: ({ q, k, v }, graph) =>
          graph.apply({
            op: 'MultiHeadAttention',
            domain: 'com.microsoft',
            inputs: [q!, k!, v!],
            attributes: { num_heads: 2, scale: { float: 0.7 } },
            types: [q!],
          }),
      }),
    ).resolves.toEqual([]));
});

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
  };
  for (const [name, { x, w, attributes }] of Object.entries(cases)) {
    test(`${name}`, () =>
      expect(
        wrongGradients({
          inputs: { x, w, b: [w[0]!] },
          axes: { x: ['B', ...x.slice(1)] },
          build: ({ x, w, b }, graph) =>
            graph.apply({
              op: 'Conv',
              inputs: [x!, w!, b!],
              attributes: { kernel_shape: w!.shape.slice(2) as number[], ...attributes },
            }),
        }),
      ).resolves.toEqual([]));
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
  };
  for (const [name, { x, w, attributes }] of Object.entries(transposed)) {
    test(`transposed, ${name}`, () =>
      expect(
        wrongGradients({
          inputs: { x, w },
          build: ({ x, w }, graph) =>
            graph.apply({
              op: 'ConvTranspose',
              inputs: [x!, w!],
              attributes: { kernel_shape: w!.shape.slice(2) as number[], ...attributes },
            }),
        }),
      ).resolves.toEqual([]));
  }
});

describe('gradients of norms:', () => {
  const epsilon = { float: 1e-3 };
  const norm = (op: string, inputs: Record<string, number[]>, attributes = {}) =>
    wrongGradients({
      inputs,
      range: [0.2, 2],
      build: (operands, graph) =>
        graph.apply({ op, inputs: Object.values(operands), attributes: { epsilon, ...attributes } }),
    });
  test('of each channel', () =>
    expect(norm('InstanceNormalization', { x: [2, 3, 5], scale: [3], shift: [3] })).resolves.toEqual([]));
  test('of each channel of pictures', () =>
    expect(norm('InstanceNormalization', { x: [1, 2, 3, 4], scale: [2], shift: [2] })).resolves.toEqual([]));
  test('of the last axis', () =>
    expect(
      norm('LayerNormalization', { x: [2, 3, 6], scale: [6], shift: [6] }, { axis: -1 }),
    ).resolves.toEqual([]));
  test('of the last two axes', () =>
    expect(
      norm('LayerNormalization', { x: [2, 3, 4], scale: [3, 4], shift: [3, 4] }, { axis: 1 }),
    ).resolves.toEqual([]));
  test('with statistics that are given', () =>
    expect(
      wrongGradients({
        inputs: { x: [2, 3, 2, 2], scale: [3], shift: [3] },
        build: ({ x, scale, shift }, graph) => {
          const [mean, variance] = [graph.constant([0.1, -0.2, 0.3]), graph.constant([1, 0.5, 2])];
          const inputs = [x!, scale!, shift!, mean, variance];
          return graph.apply({ op: 'BatchNormalization', inputs, attributes: { epsilon } });
        },
      }),
    ).resolves.toEqual([]));
});

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
    'along one axis': { x: [2, 3, 7], attributes: { kernel_shape: [3], strides: [2] } },
  };
  for (const [name, { x, attributes }] of Object.entries(pools)) {
    const { count_include_pad: _, ...ofMaximum } = attributes;
    const operator = (op: string, given: typeof attributes) =>
      wrongGradients({
        inputs: { x },
        build: ({ x }, graph) =>
          graph.apply({ op, inputs: [x!], attributes: { kernel_shape: [2, 2], ...given } }),
      });
    test(`maxima, ${name}`, () => expect(operator('MaxPool', ofMaximum)).resolves.toEqual([]));
    test(`means, ${name}`, () => expect(operator('AveragePool', attributes)).resolves.toEqual([]));
  }
});

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
        expect(
          wrongGradients({
            inputs: { x: [1, 2, 3, 5] },
            build: ({ x }, graph) =>
              graph.apply({
                op: 'Resize',
                inputs: [x!, graph.absent(), graph.absent(), graph.int64([1, 2, height, width])],
                attributes,
                types: [{ shape: [1, 2, height, width], dtype: 'float32' }],
              }),
          }),
        ).resolves.toEqual([]));
    }
  }
  for (const [before, behind] of [
    [1, 1],
    [2, 3],
    [0, 2],
  ] as const) {
    test(`a mirrored border of ${before} and ${behind}`, () =>
      expect(
        wrongGradients({
          inputs: { x: [1, 2, 4, 5] },
          build: ({ x }, graph) =>
            graph
              .apply({
                op: 'Pad',
                inputs: [x!, graph.int64([0, 0, before, behind, 0, 0, behind, before])],
                attributes: { mode: 'reflect' },
                types: [{ shape: [1, 2, 4 + before + behind, 5 + before + behind], dtype: 'float32' }],
              })
              .exp(),
        }),
      ).resolves.toEqual([]));
  }
});

describe('a gradient', () => {
  test('is zero for what the loss does not depend on', async () => {
    expect(await wrongGradients({ inputs: { a: [2], b: [3] }, build: ({ a }) => a!.exp() })).toEqual([]);
  });

  test('names the operator and the layer that have no rule', () => {
    const graph = new Graph();
    const value = graph.input('x', [3]);
    const odd = graph.within('mid.3', () =>
      graph.apply({ op: 'CumSum', inputs: [value, graph.int64([0])], types: [value] }),
    );
    expect(() => gradient(odd.sum(), [value])).toThrow('mid.3: the operator CumSum has no gradient rule');
  });

  test('is of one number', () => {
    const value = new Graph().input('x', [3]);
    expect(() => gradient(value, [value])).toThrow('a loss has one element, found [3]');
  });
});
