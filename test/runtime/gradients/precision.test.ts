import { expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import type { ElementType } from '../../../models/graph/elementType.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';

const shapes = { x: [2, 4, 6], weight: [4, 4, 3], scale: [4], table: [3, 6] };
type Network = (operands: Readonly<Record<keyof typeof shapes, Value>>) => Value;

/** A bit of everything that adds up many values: a convolution, a norm, softmax, broadcasting, an embedding. */
const convolutional: Network = ({ x, weight, scale, table }) => {
  const { graph } = x;
  const convolved = graph.apply({
    op: 'Conv',
    inputs: [x, weight, scale],
    attributes: { kernel_shape: [3], pads: [1, 1] },
  });
  const normal = graph.apply({ op: 'InstanceNormalization', inputs: [convolved, scale, scale] });
  const attributes = { kernel_shape: [3], pads: [1, 1] };
  const pooled = graph.apply({ op: 'MaxPool', inputs: [normal], attributes });
  const looked = normal.softmax().add(table.gather(graph.int64([0, 2, 0, 0]), 0));
  return looked.gelu().mul(pooled).mean([2]).sum();
};

/** What onnxruntime can compute in double precision. */
const plain: Network = ({ x, weight, scale, table }) => {
  const product = x
    .sub(x.mean([-1], true))
    .div(2)
    .matmul(table.transpose([1, 0]));
  const gate = product
    .tanh()
    .add(1)
    .softmax(1)
    .mul(scale.reshape([4, 1]));
  return gate.min(0.3).mul(weight.slice(0, 2).pow(2).add(0.1).sqrt()).sum();
};

function differentiated(network: Network, dtype: ElementType): Graph {
  const graph = new Graph();
  const inputs = Object.entries(shapes).map(([name, shape]) => graph.input(name, shape));
  const [x, weight, scale, table] = inputs.map((input) => input.cast(dtype)) as [Value, Value, Value, Value];
  const gradients = gradient(network({ x, weight, scale, table }), inputs);
  for (const [i, { name }] of inputs.entries()) graph.output(`d.${name}`, gradients[i]!);
  return graph;
}

async function computed(graph: Graph): Promise<readonly number[]> {
  const random = new TorchGenerator(5n);
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, random.randn(shape)]),
  );
  const session = await openSession(graph, { device: 'cpu' });
  const found = await session.run(feeds, [...graph.outputs.keys()]);
  await session.release();
  return [...found.values()].flatMap(({ data }) => [...data]);
}

async function expectAlike(network: Network, dtype: ElementType, tolerance: number): Promise<void> {
  const expected = await computed(differentiated(network, 'float32'));
  const found = await computed(differentiated(network, dtype));
  const size = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value) / size).toBeLessThan(tolerance);
  }
}

test('in half precision a gradient is that of float32, as near as its numbers are', () =>
  expectAlike(convolutional, 'float16', 5e-3));

test('in double precision as well', () => expectAlike(plain, 'float64', 1e-6));

test('in double precision nothing is narrowed but what goes back to the operands', () => {
  const { nodes } = differentiated(plain, 'float64');
  const narrowed = nodes.filter(({ op, outputs }) => op === 'Cast' && outputs[0]!.dtype === 'float32');
  expect(narrowed.length).toBe(Object.keys(shapes).length);
});

test('in half precision the gradient adds up in float32', () => {
  const { nodes } = differentiated(convolutional, 'float16');
  const sums = nodes.filter(({ op, scope }) => scope === 'gradient' && /^(Reduce|Scatter)/.test(op));
  expect(new Set(sums.map(({ op }) => op))).toEqual(
    new Set(['ReduceMean', 'ReduceSum', 'ScatterElements', 'ScatterND']),
  );
  expect(sums.filter(({ inputs }) => inputs[0]!.dtype !== 'float32')).toEqual([]);
});
