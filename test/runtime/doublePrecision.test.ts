import { expect, it } from 'vitest';
import { doublePrecision } from '../../models/graph/doublePrecision.ts';
import { Graph } from '../../models/graph/graph.ts';
import { openSession, type Feed } from '../../models/runtime/openSession.ts';
import { tensor, type Tensor } from '../../models/tensor/tensor.ts';

async function run(graph: Graph, feeds: Readonly<Record<string, Feed>>): Promise<readonly Tensor[]> {
  const session = await openSession(graph, { device: 'cpu' });
  try {
    const names = [...graph.outputs.keys()];
    const found = await session.run(feeds, names);
    return names.map((name) => found.get(name)!);
  } finally {
    await session.release();
  }
}

function waves(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    shape,
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9 + seed * 78.2)),
  );
}

it('adds up what float32 would lose', async () => {
  const graph = new Graph();
  graph.output('sum', graph.input('x', [3]).sum());
  const feeds = { x: tensor([3], Float32Array.of(1, 2 ** 30, -(2 ** 30))) };
  expect((await run(graph, feeds))[0]!.data).toEqual(Float32Array.of(0));
  const exact = doublePrecision(graph);
  expect((await run(exact, feeds))[0]!.data).toEqual(Float32Array.of(1));
  const double = { x: { shape: [3], data: Float64Array.of(1e-9, 1, -1) } };
  expect((await run(exact, double))[0]!.data[0]).toBeCloseTo(1e-9, 12);
});

it.each([
  ['as VGG’s', [1, 1, 1, 1], [1, 1], true],
  ['at a border, in steps, without a bias', [1, 0, 0, 2], [2, 3], false],
] as const)('makes a convolution of products, %s', async (_, pads, strides, bias) => {
  const graph = new Graph();
  const weight = waves([4, 3, 3, 3], 2);
  const inputs = [graph.input('x', ['B', 3, 7, 9]), graph.constant(weight.data, weight.shape)];
  if (bias) inputs.push(graph.constant([1, -2, 3, 0.5]));
  const attributes = { kernel_shape: [3, 3], pads, strides };
  graph.output('y', graph.apply({ op: 'Conv', inputs, attributes }));
  const feeds = { x: waves([2, 3, 7, 9], 1) };
  const [[single], [double]] = [await run(graph, feeds), await run(doublePrecision(graph), feeds)];
  expect(double!.shape).toEqual(single!.shape);
  for (const [i, value] of double!.data.entries()) expect(value).toBeCloseTo(single!.data[i]!, 5);
});

it('rounds what it hands out for itself as well: fed back, that is equal', async () => {
  const graph = new Graph();
  const third = graph.input('x', [1]).div(3);
  graph.output('third', third);
  graph.output('difference', third.sub(graph.input('back', [1])));
  const x = tensor([1], Float32Array.of(1));
  const back = tensor([1], Float32Array.of(1 / 3));
  const [found, difference] = await run(doublePrecision(graph), { x, back });
  expect(found!.data).toEqual(back.data);
  expect(difference!.data).toEqual(Float32Array.of(0));
});

it('refuses a convolution that it cannot make of products', () => {
  const graph = new Graph();
  const inputs = [graph.input('x', [1, 2, 5, 5]), graph.constant(waves([2, 1, 3, 3], 1).data, [2, 1, 3, 3])];
  graph.output('y', graph.apply({ op: 'Conv', inputs, attributes: { kernel_shape: [3, 3], group: 2 } }));
  expect(() => doublePrecision(graph)).toThrow('no such convolution in float64');
});
