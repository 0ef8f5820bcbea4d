import { describe, expect, it } from 'vitest';
import { broadcastShapes, productOf, sumOf } from '../../../models/graph/dim.ts';
import { Graph } from '../../../models/graph/graph.ts';
import { serializeGraph } from '../../../models/graph/serializeGraph.ts';

describe('shapes', () => {
  it('multiplies and adds symbolic axes', () => {
    expect(productOf([2, 3])).toBe(6);
    expect(productOf(['B', 4, 8])).toBe('B*32');
    expect(productOf([productOf(['B', 4]), 8])).toBe('B*32');
    expect(sumOf([2, 3])).toBe(5);
    expect(sumOf(['B*4', 'E'])).toBe('(B.4+E)');
  });

  it('broadcasts as numpy does', () => {
    expect(broadcastShapes(['B', 4, 1], [5])).toEqual(['B', 4, 5]);
    expect(broadcastShapes([2, 3], [3, 2])).toBeUndefined();
    expect(broadcastShapes(['B', 7], ['?rows', '?columns'])).toEqual(['B', 7]);
    expect(broadcastShapes([1], ['?rows'])).toEqual([1]);
  });
});

describe('building', () => {
  it('names constants apart from those that were taken over from another graph', () => {
    const [before, graph] = [new Graph(), new Graph()];
    const taken = [before.scalar(1), before.scalar(2)].map(({ name }) => name);
    const data = { kind: 'memory', bytes: new Uint8Array(4) } as const;
    for (const name of taken) graph.initializer(name, { shape: [], dtype: 'float32' }, data);
    expect(taken).not.toContain(graph.scalar(3).name);
    expect(graph.initializers.size).toBe(3);
  });

  it('infers types', () => {
    const graph = new Graph();
    const x = graph.input('x', ['B', 4, 6]);
    expect(x.reshape(['B', 24]).shape).toEqual(['B', 24]);
    expect(x.reshape(['B*4', 6]).reshape(['B', 4, 6]).shape).toEqual(['B', 4, 6]);
    expect(x.transpose([0, 2, 1]).matmul(x).shape).toEqual(['B', 6, 6]);
    expect(x.concat([x], 0).shape).toEqual(['(B+B)', 4, 6]);
    expect(x.cast('float16').dtype).toBe('float16');
    expect(x.gather(graph.input('i', ['N'], 'int32'), 1).shape).toEqual(['B', 'N', 6]);
  });

  it('infers types of what is counted from behind or stored transposed', () => {
    const graph = new Graph();
    const [x, w] = [graph.input('x', [4, 6]), graph.input('w', [6, 5])];
    const gemm = (inputs: (typeof x)[], attributes = {}) =>
      graph.apply({ op: 'Gemm', inputs, attributes }).shape;
    expect(x.concat([x], -1).shape).toEqual([4, 12]);
    expect(x.gather(graph.int64([0, 1, 2]), -2).shape).toEqual([3, 6]);
    expect(gemm([x, w])).toEqual([4, 5]);
    expect(gemm([w, x], { transA: 1, transB: 1 })).toEqual([5, 4]);
    expect(x.sum([])).toBe(x);
  });

  it.each([
    [
      'Max: takes 2 operands, found 3',
      (g: Graph) => g.apply({ op: 'Max', inputs: ['a', 'b', 'c'].map((name) => g.input(name, [2])) }),
    ],
    ['Add: [2, 3] and [4] do not broadcast', (g: Graph) => g.input('a', [2, 3]).add(g.input('b', [4]))],
    [
      'MatMul: [2, 3] times [2, 3]: inner sizes differ',
      (g: Graph) => g.input('a', [2, 3]).matmul(g.input('b', [2, 3])),
    ],
    ['cannot reshape [2, 3] to [4, 2]', (g: Graph) => g.input('a', [2, 3]).reshape([4, 2])],
    ['leaves more than one size open', (g: Graph) => g.input('a', ['A', 'B']).reshape(['B', 'A'])],
    ['operands of type float32 and int32', (g: Graph) => g.input('a', [2]).add(g.input('b', [2], 'int32'))],
    ['a permutation of 2 axes on [2, 3, 4]', (g: Graph) => g.input('a', [2, 3, 4]).transpose([1, 0])],
    ['[2, 3] and [2, 4] along axis 0', (g: Graph) => g.input('a', [2, 3]).concat([g.input('b', [2, 4])], 0)],
    ['must have a known size', (g: Graph) => g.input('a', ['B', 3]).size(0)],
  ])('names the layer: %s', (message, build) => {
    const graph = new Graph();
    expect(() => graph.within('input_blocks.1', () => graph.within('attn1', () => build(graph)))).toThrow(
      expect.objectContaining({ name: 'GraphError', message: expect.stringContaining(message) }),
    );
    expect(graph.scope).toBe('');
  });

  it('refuses a pool whose last window begins behind the picture: onnxruntime contradicts itself about it', () => {
    const graph = new Graph();
    const pooled = (width: number) => () =>
      graph.apply({
        op: 'MaxPool',
        inputs: [graph.input(`${width}`, [1, 2, 4, width])],
        attributes: { kernel_shape: [2, 1], strides: [2, 2], ceil_mode: 1 },
      });
    expect(pooled(5)().shape).toEqual([1, 2, 2, 3]);
    expect(pooled(6)).toThrow('MaxPool: a last window begins behind the 6 pixels');
  });

  it('refuses a second input, output or weight of one name', () => {
    const graph = new Graph();
    const x = graph.input('x', [1]);
    graph.output('y', x);
    const data = { kind: 'memory', bytes: new Uint8Array(4) } as const;
    graph.initializer('w', { shape: [1], dtype: 'float32' }, data);
    expect(() => graph.input('x', [1])).toThrow("a second input 'x'");
    expect(() => graph.output('y', x)).toThrow("a second output 'y'");
    expect(() => graph.initializer('w', { shape: [1], dtype: 'float32' }, data)).toThrow(
      "a second initializer 'w'",
    );
  });
});

describe('serializeGraph', () => {
  it('points into the one folder that the weights lie in', () => {
    const graph = new Graph();
    const place = (path: string) => ({ kind: 'file', path, offset: 8, length: 4 }) as const;
    graph.initializer('a', { shape: [1], dtype: 'float32' }, place('/models/unet/a.safetensors'));
    expect(serializeGraph(graph).folder).toBe('/models/unet');
    graph.initializer('b', { shape: [1], dtype: 'float32' }, place('/elsewhere/b.safetensors'));
    expect(() => serializeGraph(graph)).toThrow('weights lie in 2 folders, expected one');
  });

  it('keeps large memory outside of the message', () => {
    const graph = new Graph();
    const bytes = new Uint8Array(400_000);
    graph.initializer('w', { shape: [100_000], dtype: 'float32' }, { kind: 'memory', bytes });
    const { memory, bytes: message } = serializeGraph(graph);
    expect(memory).toHaveLength(1);
    expect(memory[0]!.data).toBe(bytes);
    expect(message.byteLength).toBeLessThan(1000);
  });
});
