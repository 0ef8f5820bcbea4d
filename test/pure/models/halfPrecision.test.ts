import { expect, it } from 'vitest';
import { Graph } from '../../../models/graph/graph.ts';
import { halfPrecision } from '../../../models/graph/halfPrecision.ts';

const place = (offset: number, length: number) =>
  ({ kind: 'file', path: '/models/a.safetensors', offset, length }) as const;

/** What each operator of the graph computes in, in order. */
const computed = (graph: Graph) =>
  halfPrecision(graph).nodes.map(
    ({ op, inputs, outputs }) => `${op} ${inputs[0]!.dtype} ${outputs[0]!.dtype}`,
  );

it('multiplies matrices in half precision, with weights as the file stores them', () => {
  const graph = new Graph();
  const weight = graph.initializer('w', { shape: [4, 4], dtype: 'float16' }, place(8, 32));
  graph.output('y', graph.input('x', [2, 4]).matmul(weight.cast('float32')));
  const half = halfPrecision(graph);
  expect(half.nodes.map(({ op }) => op)).toEqual(['Cast', 'MatMul', 'Cast']);
  expect(half.nodes[1]!.inputs[1]!.name).toBe('w');
  expect(half.initializers.get('w')!.data).toEqual(place(8, 32));
  expect([half.inputs.get('x')!.dtype, half.outputs.get('y')!.dtype]).toEqual(['float32', 'float32']);
});

it('casts float32 weights once, and keeps them where they are', () => {
  const graph = new Graph();
  const weight = graph.initializer('w', { shape: [4, 4], dtype: 'float32' }, place(8, 64));
  const x = graph.input('x', [4, 4]);
  graph.output('y', x.matmul(weight).matmul(weight));
  const half = halfPrecision(graph);
  expect(half.nodes.filter(({ op, inputs }) => op === 'Cast' && inputs[0]!.name === 'w')).toHaveLength(1);
  expect(half.initializers.get('w')).toMatchObject({ data: place(8, 64), value: { dtype: 'float32' } });
});

it('keeps norms, softmax and the sinusoids of a timestep in float32', () => {
  const graph = new Graph();
  const wave = graph
    .input('t', [2, 1])
    .mul(graph.constant([1, 0.5], [1, 2]))
    .sin();
  const x = graph.input('x', [2, 2]);
  const attention = x.matmul(wave).softmax().matmul(x);
  const ones = graph.constant([1, 1]);
  const inputs = [attention, ones, ones];
  const norm = graph.apply({ op: 'LayerNormalization', inputs, attributes: { axis: -1 } });
  graph.output('y', norm.add(x.matmul(x)));
  expect(computed(graph).filter((line) => !line.startsWith('Cast'))).toEqual([
    'Mul float32 float32',
    'Sin float32 float32',
    'MatMul float16 float16',
    'Softmax float32 float32',
    'MatMul float16 float16',
    'LayerNormalization float32 float32',
    'MatMul float16 float16',
    'Add float16 float16',
  ]);
});

it('leaves factors of a size and indices as they are', () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 2, 4, 4]);
  const weight = graph.constant([1, 0, 0, 1], [2, 2, 1, 1]);
  const attributes = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] };
  const conv = graph.apply({ op: 'Conv', inputs: [x, weight], attributes });
  const larger = graph.apply({
    op: 'Resize',
    inputs: [conv, graph.absent(), graph.constant([2, 2])],
    attributes: { axes: [2, 3] },
    types: [{ shape: [1, 2, 8, 8], dtype: 'float32' }],
  });
  graph.output('y', larger.gather(graph.input('rows', [3], 'int32'), 2));
  const half = halfPrecision(graph);
  const types = (op: string) => half.nodes.find((node) => node.op === op)!.inputs.map(({ dtype }) => dtype);
  expect(types('Resize')).toEqual(['float16', 'float32', 'float32']);
  expect(half.nodes.find(({ op }) => op === 'Resize')!.inputs[1]!.name).toBe('');
  expect(types('Gather')).toEqual(['float16', 'int32']);
});
