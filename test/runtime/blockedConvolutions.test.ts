import { beforeAll, describe, expect, test } from 'vitest';
import type { Attributes } from '../../models/graph/attributes.ts';
import { gradient } from '../../models/gradients/gradient.ts';
import { blockedConvolutions } from '../../models/graph/blockedConvolutions.ts';
import { Graph } from '../../models/graph/graph.ts';
import type { Value } from '../../models/graph/value.ts';
import { convolutionBlock } from '../../models/runtime/convolutionBlock.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';

let block: number;
beforeAll(async () => {
  block = (await convolutionBlock())!;
});

function isBlocked({ nodes }: Graph): boolean {
  return nodes.some(({ domain }) => domain === 'com.microsoft.nchwc');
}

async function computed(graph: Graph): Promise<Tensor> {
  const session = await openSession(graph, { device: 'cpu', threads: 1 });
  const random = new TorchGenerator(3n);
  const feeds = [...graph.inputs].map(
    ([name, { shape }]) => [name, random.randn(shape as number[])] as const,
  );
  const results = await session.run(Object.fromEntries(feeds), ['y']);
  await session.release();
  return results.get('y')!;
}

function largestDifference(a: Tensor, b: Tensor): number {
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
}

function convolution(weightShape: readonly number[], attributes: Attributes, bias = false): Graph {
  const graph = new Graph();
  const x = graph.input('x', [2, weightShape[1]!, 7, 9]);
  const weight = graph.input('weight', weightShape);
  const shift = bias ? [graph.input('bias', [weightShape[0]!])] : [];
  const inputs = [x.sin(), weight, ...shift];
  graph.output('y', graph.apply({ op: 'Conv', inputs, attributes }).exp());
  return graph;
}

test('this processor has blocked convolutions', () => {
  expect([8, 16]).toContain(block);
});

describe('a convolution in blocks computes what a plain one does:', () => {
  const cases: Record<string, { kernel: [number, number]; attributes: Attributes; bias?: boolean }> = {
    '3x3': { kernel: [3, 3], attributes: { pads: [1, 1, 1, 1] } },
    'with a bias': { kernel: [3, 3], attributes: { pads: [1, 1, 1, 1] }, bias: true },
    'a kernel of other height than width': { kernel: [1, 3], attributes: {} },
    'padded unevenly, in strides': { kernel: [3, 3], attributes: { pads: [0, 1, 1, 0], strides: [2, 2] } },
    dilated: { kernel: [3, 2], attributes: { dilations: [2, 3], pads: [2, 0, 2, 3] } },
  };
  for (const [name, { kernel, attributes, bias }] of Object.entries(cases)) {
    test(`${name}`, async () => {
      const plain = convolution([2 * block, 3 * block, ...kernel], attributes, bias);
      const blocked = blockedConvolutions(plain, block);
      expect(isBlocked(blocked)).toBe(true);
      const [expected, found] = [await computed(plain), await computed(blocked)];
      expect(found.shape).toEqual(expected.shape);
      const largest = Math.max(...expected.data);
      expect(largestDifference(found, expected) / largest).toBeLessThan(1e-5);
    });
  }

  test('where its kernels are mirrored, as for the gradient of what it took', async () => {
    const graph = convolution([2 * block, 3 * block, 3, 2], { pads: [1, 0, 2, 1] });
    const x = graph.inputs.get('x')!;
    const y = graph.outputs.get('y')!;
    graph.outputs.set('y', gradient(y.mean(), [x])[0]!);
    const blocked = blockedConvolutions(graph, block);
    expect(blocked.nodes.filter(({ op }) => op === 'ReorderOutput').length).toBe(2);
    const [expected, found] = [await computed(graph), await computed(blocked)];
    expect(largestDifference(found, expected) / Math.max(...expected.data)).toBeLessThan(1e-5);
  });

  test('where its weight is made of one that is fed, and both of one input', async () => {
    const graph = new Graph();
    const x = graph.input('x', [1, block, 5, 5]);
    const weight = graph.input('weight', [block, block, 2, 2]);
    const convolved = (by: Value) => graph.apply({ op: 'Conv', inputs: [x, by], attributes: {} });
    graph.output('y', convolved(weight.transpose([1, 0, 3, 2])).sub(convolved(weight)));
    const blocked = blockedConvolutions(graph, block);
    expect(blocked.nodes.filter(({ op }) => op === 'ReorderOutput').length).toBe(2);
    expect(largestDifference(await computed(blocked), await computed(graph))).toBeLessThan(1e-4);
  });
});

describe('stays as it is', () => {
  const convolved = (x: readonly number[], weight: readonly number[], attributes: Attributes): Graph => {
    const graph = new Graph();
    const inputs = [graph.input('x', x), graph.input('weight', weight)];
    graph.output('y', graph.apply({ op: 'Conv', inputs, attributes }));
    return graph;
  };
  const constant = (): Graph => {
    const graph = new Graph();
    const weight = graph.constant(new Float32Array(16 * 16 * 9), [16, 16, 3, 3]).exp();
    const inputs = [graph.input('x', [1, 16, 4, 4]), weight];
    graph.output('y', graph.apply({ op: 'Conv', inputs, attributes: {} }));
    return graph;
  };
  const cases: Record<string, Graph> = {
    'a convolution that is a product': convolved([1, 16, 4, 4], [16, 16, 1, 1], {}),
    'one in groups': convolved([1, 16, 4, 4], [16, 8, 3, 3], { group: 2 }),
    'one that makes too few channels': convolved([1, 16, 4, 4], [12, 16, 3, 3], {}),
    'one that takes too few channels': convolved([1, 12, 4, 4], [16, 12, 3, 3], {}),
    'one along a line': convolved([1, 16, 4], [16, 16, 3], {}),
    'one whose weight is constant, which onnxruntime rearranges itself': constant(),
  };
  for (const [name, graph] of Object.entries(cases)) {
    test(`${name}`, () => expect(isBlocked(blockedConvolutions(graph, 8))).toBe(false));
  }
});
