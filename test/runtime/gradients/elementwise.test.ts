import { describe, test } from 'vitest';
import type { Attributes } from '../../../models/graph/attributes.ts';
import type { Value } from '../../../models/graph/value.ts';
import { expectRightGradients } from './centralDifferences.ts';

type Range = readonly [number, number];

const positive: Range = [0.3, 2];
const inside: Range = [-0.9, 0.9];

const op = (op: string, attributes: Attributes = {}) => {
  return (x: Value, ...more: Value[]): Value => x.graph.apply({ op, inputs: [x, ...more], attributes });
};

/** Operators of one operand, with the range in which they are smooth. */
const ofOne: Record<string, { range?: Range; of: (x: Value) => Value }> = {
  neg: { of: (x) => x.neg() },
  abs: { of: (x) => x.abs() },
  exp: { of: (x) => x.exp() },
  log: { range: positive, of: (x) => x.log() },
  sqrt: { range: positive, of: (x) => x.sqrt() },
  'a square': { of: (x) => x.pow(2) },
  'a negative power': { range: positive, of: (x) => x.pow(-1.5) },
  cos: { of: (x) => x.cos() },
  sin: { of: (x) => x.sin() },
  tan: { of: op('Tan') },
  acos: { range: inside, of: op('Acos') },
  asin: { range: inside, of: op('Asin') },
  atan: { of: op('Atan') },
  erf: { of: (x) => x.erf() },
  sigmoid: { of: (x) => x.sigmoid() },
  tanh: { of: (x) => x.tanh() },
  relu: { of: (x) => x.relu() },
  'leaky relu': { of: op('LeakyRelu', { alpha: { float: 0.2 } }) },
  elu: { of: op('Elu', { alpha: { float: 0.7 } }) },
  celu: { of: op('Celu', { alpha: { float: 0.7 } }) },
  selu: { of: op('Selu') },
  softplus: { of: op('Softplus') },
  gelu: { of: (x) => x.gelu() },
  // Shifted: near 0 both forms are too much alike to tell one's gradient from the other's.
  'gelu by tanh': { range: [-3, 3], of: (x) => op('Gelu', { approximate: 'tanh' })(x).mul(20) },
  silu: { of: (x) => x.mul(x.sigmoid()) },
  clip: { of: (x) => op('Clip')(x, x.graph.scalar(-0.45), x.graph.scalar(0.61)) },
  'clip from below': { of: (x) => op('Clip')(x, x.graph.scalar(-0.45)) },
  'clip from above': { of: (x) => op('Clip')(x, x.graph.absent(), x.graph.scalar(0.61)) },
  'what does not change when the operand does': {
    range: [0.1, 0.4],
    of: (x) => x.floor().add(x.sign()).add(op('Ceil')(x)).add(op('Round')(x)),
  },
  'a condition, and back': { of: (x) => x.greater(0.2).cast('float32').mul(x) },
  softmax: { of: (x) => x.softmax() },
  'softmax along the middle': { of: (x) => x.softmax(1) },
  'log-softmax': { of: (x) => x.logSoftmax() },
  cast: { of: (x) => x.cast('float64').exp().mul(3).cast('float32') },
};

const nothingOf = (x: Value): Value => x.mul(0);

const ofTwo: Record<string, { range?: Range; of: (a: Value, b: Value) => Value }> = {
  add: { of: (a, b) => a.add(b).exp() },
  sub: { of: (a, b) => a.sub(b).exp() },
  mul: { of: (a, b) => a.mul(b) },
  div: { range: positive, of: (a, b) => a.div(b) },
  pow: { range: positive, of: (a, b) => a.pow(b) },
  'pow of 0': { of: (a, b) => a.relu().pow(b.abs().add(0.5)) },
  'pow of 0 to 0': { of: (a, b) => nothingOf(a).pow(nothingOf(b)) },
  min: { of: (a, b) => a.min(b).exp() },
  max: { of: (a, b) => a.max(b).exp() },
  where: { of: (a, b) => a.greater(0.2).where(a.exp(), b.exp()) },
  prelu: { of: op('PRelu') },
};

describe('gradients of operators on elements:', () => {
  for (const [name, { of, range }] of Object.entries(ofOne)) {
    test(`${name}`, () =>
      expectRightGradients({
        inputs: { x: [2, 3, 4] },
        build: ({ x }) => of(x!),
        ...(range ? { range } : {}),
      }));
  }
  for (const [name, { of, range }] of Object.entries(ofTwo)) {
    for (const b of [[2, 3, 4], [3, 1], [4], [1, 1, 4]]) {
      test(`${name} of [2,3,4] and [${b}]`, () =>
        expectRightGradients({
          inputs: { a: [2, 3, 4], b },
          build: ({ a, b }) => of(a!, b!),
          ...(range ? { range } : {}),
        }));
    }
  }
  test('clip, whose bounds are computed', () =>
    expectRightGradients({
      inputs: { x: [3, 4], low: [1], high: [1] },
      build: ({ x, low, high }) =>
        op('Clip')(x!, low!.mul(0.1).sub(0.5).reshape([]), high!.mul(0.1).add(0.5).reshape([])),
    }));
});
