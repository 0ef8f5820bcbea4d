import { describe, expect, test } from 'vitest';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import { simplify } from '../../../models/graph/simplify.ts';
import type { Value } from '../../../models/graph/value.ts';
import { openSession } from '../../../models/runtime/openSession.ts';

const x = { shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, -6) };

function graphOf(build: (x: Value, graph: Graph) => Value): Graph {
  const graph = new Graph();
  graph.output('y', build(graph.input('x', [2, 3]), graph));
  return graph;
}

async function result(graph: Graph): Promise<readonly number[]> {
  const session = await openSession(graph, { device: 'cpu' });
  const { data } = (await session.run({ x }, ['y'])).get('y')!;
  await session.release();
  return [...data];
}

describe('a simplified graph', () => {
  const cases: Record<string, { build: (x: Value, graph: Graph) => Value; left: number }> = {
    'has equal operators once': { build: (x) => x.exp().add(x.exp()), left: 2 },
    'has equal constants once': {
      build: (x, graph) => x.mul(graph.scalar(2)).add(x.mul(graph.scalar(2))),
      left: 2,
    },
    'keeps what differs in an attribute': { build: (x) => x.softmax(0).add(x.softmax(1)), left: 3 },
    'keeps what differs in the order of operands': {
      build: (x) => x.sub(x.exp()).add(x.exp().sub(x)),
      left: 4,
    },
    'skips a turn there and back': { build: (x) => x.transpose([1, 0]).transpose([1, 0]).exp(), left: 1 },
    'keeps two turns that are another': {
      build: (x) => x.reshape([1, 2, 3]).transpose([1, 2, 0]).transpose([1, 2, 0]).exp(),
      left: 4,
    },
    'skips a reshape there and back': { build: (x) => x.reshape([6]).reshape([2, 3]).exp(), left: 1 },
    'shapes once what is shaped three times': {
      build: (x) => x.reshape([6]).reshape([3, 2]).reshape([1, 6]).exp(),
      left: 2,
    },
    'keeps a shape of which the next one takes a size': {
      build: (x, graph) => {
        const types = [{ shape: [3, 2], dtype: 'float32' }] as const;
        const inputs = [x.reshape([3, 2, 1]), graph.int64([0, 2])];
        return graph.apply({ op: 'Reshape', inputs, types }).exp();
      },
      left: 3,
    },
    'has sums, products and quotients of constants as constants': {
      build: (x, graph) =>
        x.mul(
          graph
            .scalar(1)
            .sub(graph.constant([0.1, 5, 7]))
            .div(3)
            .sqrt()
            .neg()
            .mul(0.3),
        ),
      left: 1,
    },
    'has shapes that are known as constants': {
      build: (x, graph) => {
        const sizeOf = (value: Value) => graph.apply({ op: 'Shape', inputs: [value] });
        const size = graph
          .apply({ op: 'Size', inputs: [x.exp()] })
          .div(4)
          .reshape([1]);
        const types = [{ shape: [1, 2, 3], dtype: 'float32' }] as const;
        const inputs = [x, size.concat([sizeOf(x.exp())], 0)];
        return graph.apply({ op: 'Reshape', inputs, types }).sum([0]);
      },
      left: 2,
    },
    'keeps sums of constants that broadcast': {
      build: (x, graph) => x.add(graph.constant([1, 2, 3]).add(graph.constant([4, 5], [2, 1]))),
      left: 2,
    },
    'leaves out what no output needs': {
      build: (x) => {
        x.cos().sin();
        return x.exp();
      },
      left: 1,
    },
  };
  for (const [name, { build, left }] of Object.entries(cases)) {
    test(`${name}, and computes the same`, async () => {
      const graph = graphOf(build);
      const simple = simplify(graph);
      expect(simple.nodes.length).toBe(left);
      expect(await result(simple)).toEqual(await result(graph));
    });
  }

  test('leaves a division by 0 to onnxruntime, which refuses it', () => {
    const graph = graphOf((x) => x.gather(x.graph.int64([1]).div(x.graph.int64([0])), 0));
    expect(simplify(graph).nodes.map(({ op }) => op)).toEqual(['Div', 'Gather']);
  });

  test('may have a hundred thousand operators and more, as a long sampling chain does', () => {
    const depth = 150_000;
    const graph = graphOf((x) => {
      let y = x;
      for (let i = 0; i < depth; i++) y = y.tanh();
      return y;
    });
    expect(simplify(graph).nodes.length).toBe(depth);
  });

  test('can be simplified again: no constant takes the name of one that is there', () => {
    const graph = new Graph();
    const size = graph.apply({ op: 'Size', inputs: [graph.input('x', [2, 3])] });
    const data = { kind: 'memory', bytes: new Uint8Array(8) } as const;
    const known = graph.initializer(`folded/${size.name}`, { shape: [], dtype: 'int64' }, data);
    graph.output('size', size);
    graph.output('known', known);
    expect([...simplify(graph).initializers.keys()]).toEqual([known.name, `folded/${known.name}`]);
  });

  test('keeps no tensor for its shape', () => {
    const graph = graphOf((x) => gradient(x.reshape([6]).exp().sum(), [x])[0]!);
    expect(simplify(graph).nodes.filter(({ op }) => op === 'Shape')).toEqual([]);
    expect(graph.nodes.filter(({ op }) => op === 'Shape').length).toBeGreaterThan(0);
  });

  test('keeps what differs each time, and so does a gradient that computes again', () => {
    const graph = graphOf((x) => {
      const attributes = { shape: [2, 3] };
      const noise = () => x.graph.apply({ op: 'RandomNormal', inputs: [], attributes, types: [x] });
      const [first, second] = [x.mul(noise()).tanh(), x.mul(noise()).tanh()];
      return gradient(first.add(second).exp().sum(), [x], { checkpoints: [second] })[0]!;
    });
    const count = (each: Graph) => each.nodes.filter(({ op }) => op === 'RandomNormal').length;
    expect([count(graph), count(simplify(graph))]).toEqual([2, 2]);
  });

  test('keeps what is computed again after a checkpoint', async () => {
    const graph = graphOf((x) => {
      const kept = x.tanh();
      const hidden = kept.exp().tanh();
      return gradient(hidden.mul(hidden).sum(), [x], { checkpoints: [kept, hidden] })[0]!;
    });
    const count = (each: Graph): number => each.nodes.filter(({ op }) => op === 'Exp').length;
    expect(count(simplify(graph))).toBe(count(graph));
    expect(count(graph)).toBe(2);
    expect(await result(simplify(graph))).toEqual(await result(graph));
  });
});
