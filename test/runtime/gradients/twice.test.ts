import { describe, expect, test } from 'vitest';
import { stopGradient } from '../../../models/gradients/customGradient.ts';
import { gradient } from '../../../models/gradients/gradient.ts';
import type { Attributes } from '../../../models/graph/attributes.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { groupNorm } from '../../../models/layers/groupNorm.ts';
import { LayerContext } from '../../../models/layers/layerContext.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { expectRightGradients } from './centralDifferences.ts';

interface Twice {
  /** The gradient is taken at `x`, and that of its result at all. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly range?: readonly [number, number];
  readonly of: (x: Value, w: Value, graph: Graph) => Value;
}

const op = (op: string, attributes: Attributes) => (x: Value) =>
  x.graph.apply({ op, inputs: [x], attributes });
const convolved =
  (attributes: Attributes = {}) =>
  (x: Value, w: Value) =>
    x.graph.apply({
      op: 'Conv',
      inputs: [x, w],
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], ...attributes },
    });
const normalised = (x: Value, _: Value, graph: Graph) => {
  const constant = (value: number) => graph.constant([value, value, value, value]);
  const value = (_graph: unknown, name: string) => constant(name.endsWith('weight') ? 1.5 : 0.5);
  const layer = new LayerContext({ attention: 'plain', parameters: { value } }, graph);
  return groupNorm(layer, x, { groups: 2, epsilon: 1e-2 });
};

const pictures = [1, 2, 5, 4];
const cases: Record<string, Twice> = {
  sigmoid: { inputs: { x: [2, 3] }, of: (x) => x.sigmoid() },
  gelu: { inputs: { x: [2, 3] }, of: (x) => x.gelu() },
  softmax: { inputs: { x: [2, 3] }, of: (x) => x.softmax() },
  power: { inputs: { x: [2, 3] }, range: [0.3, 2], of: (x) => x.pow(3) },
  division: { inputs: { x: [2, 3], w: [2, 3] }, range: [0.5, 2], of: (x, w) => w.div(x) },
  mean: { inputs: { x: [2, 3] }, of: (x) => x.exp().mean([1]) },
  matmul: { inputs: { x: [2, 3], w: [3, 4] }, of: (x, w) => x.matmul(w) },
  'gather, some twice': { inputs: { x: [2, 3] }, of: (x) => x.gather(x.graph.int64([1, 1, 0]), 1) },
  convolution: { inputs: { x: pictures, w: [3, 2, 3, 3] }, of: convolved() },
  'convolution, strided': { inputs: { x: pictures, w: [3, 2, 3, 3] }, of: convolved({ strides: [2, 2] }) },
  maxima: { inputs: { x: pictures }, of: op('MaxPool', { kernel_shape: [2, 2], strides: [2, 2] }) },
  means: { inputs: { x: pictures }, of: op('AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }) },
  'group normalisation': { inputs: { x: [1, 4, 2, 3] }, of: normalised },
};

test('the gradient of a gradient with checkpoints leaves what is stopped', async () => {
  const found = async (checkpoints: boolean): Promise<readonly number[]> => {
    const graph = new Graph();
    const x = graph.input('x', [3]);
    const kept = x.tanh().mul(stopGradient(x.exp())).sin();
    const loss = kept.mul(kept).exp().sum();
    const [once] = gradient(loss, [x], checkpoints ? { checkpoints: [kept] } : {});
    graph.output('twice', gradient(once!.mul(once!).sum(), [x])[0]!);
    const session = await openSession(graph, { device: 'cpu' });
    const result = await session.run({ x: { shape: [3], data: Float32Array.of(0.3, -0.7, 1) } }, ['twice']);
    await session.release();
    return [...result.get('twice')!.data];
  };
  const expected = await found(false);
  for (const [i, value] of (await found(true)).entries()) expect(value).toBeCloseTo(expected[i]!, 4);
});

describe('the gradient of a gradient agrees with central differences:', () => {
  for (const [name, { inputs, range, of }] of Object.entries(cases)) {
    test(`${name}`, () =>
      expectRightGradients({
        inputs,
        ...(range ? { range } : {}),
        build: ({ x, w }, graph) => {
          const made = of(x!, w!, graph);
          return gradient(made.mul(made).sum(), [x!])[0]!;
        },
      }));
  }
});
