import { describe, expect, test } from 'vitest';
import { differentiatedBy } from '../../../models/gradients/customGradient.ts';
import { gradient } from '../../../models/gradients/gradient.ts';
import { inlineGraph } from '../../../models/gradients/inlineGraph.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { attention } from '../../../models/layers/attention.ts';
import { attentionHook } from '../../../models/layers/attentionHook.ts';
import { groupNorm } from '../../../models/layers/groupNorm.ts';
import { LayerContext } from '../../../models/layers/layerContext.ts';
import { silu } from '../../../models/layers/silu.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { expectRightGradients, wrongGradients, type Differentiated } from './centralDifferences.ts';

type Operands = Readonly<Record<string, Value>>;

/** A layer whose weights are operands of the same names. */
function layerOf(operands: Operands, graph: Graph, form: 'plain' | 'fused' = 'plain'): LayerContext {
  const parameters = { value: (_: unknown, name: string) => operands[name]! };
  return new LayerContext({ attention: form, parameters }, graph);
}

/** Attention of two rows of three tokens each, whose keys are those of any row or of a bank of two. */
const routed = (form: 'plain' | 'fused'): Differentiated => {
  const names = ['query', 'key', 'value'] as const;
  const tokens = [2, 3, 4];
  return {
    inputs: {
      ...Object.fromEntries([...names, 'at.q_bank'].map((name) => [name, tokens])),
      'at.k_bank': [2, 4],
      'at.v_bank': [2, 4],
      'at.gamma': [2, 1, 1],
      'at.tau': [2, 1, 1],
    },
    build: (operands, graph) => {
      const source = new Graph();
      const [query, key, value] = names.map((name) => source.input(name, ['B', 3, 4]));
      const layer = layerOf({}, source, form);
      const own = { query: query!, key: key!, value: value!, heads: 2 };
      source.output('result', attention(layer, { ...own, ...attentionHook(layer, own, 'at'), scaled: true }));
      const index = graph.int64([5, 1, 6, 7, 3, 4, 4, 0]).reshape([2, 4]).cast('int32');
      const ofBanks = { 'at.keys': 4, 'at.kBank': 2, 'at.vBank': 2 };
      const sizes = { B: 2, ...ofBanks, '?at.qRows': 2, '?at.qTokens': 3, '?at.qChannels': 4 };
      const bind = (name: string) => operands[name] ?? index;
      return inlineGraph(graph, source, { scope: 'routed', bind, sizes }).get('result')!;
    },
  };
};

describe('gradients of layers with rules of their own agree with central differences:', () => {
  const norm: Differentiated = {
    inputs: { x: [2, 6, 2, 3], weight: [6], bias: [6] },
    build: (operands, graph) =>
      groupNorm(layerOf(operands, graph), operands['x']!, { groups: 3, epsilon: 1e-3 }),
  };
  const attentive = (form: 'plain' | 'fused'): Differentiated => ({
    inputs: { query: [2, 3, 8], key: [2, 5, 8], value: [2, 5, 8] },
    build: ({ query, key, value }, graph) =>
      attention(layerOf({}, graph, form), { query: query!, key: key!, value: value!, heads: 2 }),
  });
  const cases: Record<string, Differentiated> = {
    'group normalisation': norm,
    'group normalisation, rows left open': { ...norm, axes: { x: ['B', 6, 2, 3] } },
    'group normalisation, each channel by itself': {
      inputs: { x: [1, 2, 3, 2], weight: [2], bias: [2] },
      build: (operands, graph) =>
        groupNorm(layerOf(operands, graph), operands['x']!, { groups: 2, epsilon: 1e-5 }),
    },
    'plain attention': attentive('plain'),
    'fused attention': attentive('fused'),
    'plain attention, routed to other rows and a bank': routed('plain'),
    'fused attention, routed to other rows and a bank': routed('fused'),
    'plain attention, sizes left open': {
      ...attentive('plain'),
      axes: { query: ['B', 'T', 8], key: ['B', 'S', 8], value: ['B', 'S', 8] },
    },
    'plain attention to itself': {
      inputs: { x: [2, 4, 4] },
      build: ({ x }, graph) =>
        attention(layerOf({}, graph), { query: x!, key: x!.sin(), value: x!, heads: 1, scaled: true }),
    },
    'attention of which keys are hidden': {
      inputs: { query: [1, 2, 4], key: [1, 3, 4], value: [1, 3, 4] },
      build: ({ query, key, value }, graph) => {
        const hidden = graph.constant([0, 1, 0], [1, 1, 1, 3]);
        return attention(layerOf({}, graph), { query: query!, key: key!, value: value!, heads: 2, hidden });
      },
    },
    'attention whose probabilities are looked at': {
      inputs: { query: [1, 2, 4], key: [1, 3, 4], value: [1, 3, 4] },
      build: ({ query, key, value }, graph) => {
        const expose = ['attn_probs'];
        const layer = new LayerContext(
          { attention: 'plain', expose, parameters: { value: () => query! } },
          graph,
        );
        const result = attention(layer, { query: query!, key: key!, value: value!, heads: 2 });
        const probabilities = graph.outputs.get('attn_probs')!;
        return result.sum().add(probabilities.mul(probabilities).sum());
      },
    },
    silu: { inputs: { x: [2, 3] }, build: ({ x }) => silu(x!) },
  };
  for (const [name, what] of Object.entries(cases)) {
    test(`${name}`, () => expectRightGradients(what));
  }

  test('and where what they use is computed again', async () => {
    let kept: Value[] = [];
    await expectRightGradients({
      inputs: { x: [2, 4, 2, 2], weight: [4], bias: [4], w: [4, 4] },
      build: (operands, graph) => {
        const layer = layerOf(operands, graph);
        const normal = groupNorm(layer, operands['x']!.tanh(), { groups: 2, epsilon: 1e-3 });
        const tokens = normal.reshape([2, 4, 4]).matmul(operands['w']!);
        const mixed = attention(layer, {
          query: tokens,
          key: tokens,
          value: normal.reshape([2, 4, 4]),
          heads: 2,
        });
        kept = [normal, mixed];
        return mixed.mul(mixed).tanh();
      },
      options: () => ({ checkpoints: kept }),
    });
  });
});

test('group normalisation of what lies far from 0 has the gradient of what lies near it', async () => {
  const graph = new Graph();
  const [x, factors] = [graph.input('x', [1, 4, 32, 32]), graph.input('factors', [1, 4, 32, 32])];
  const weights = { weight: graph.constant([1, 1, 1, 1]), bias: graph.constant([0, 0, 0, 0]) };
  for (const [name, away] of [
    ['near', 0],
    ['far', 1000],
  ] as const) {
    const normal = groupNorm(layerOf(weights, graph), x.add(away), { groups: 2, epsilon: 1e-5 });
    graph.output(name, gradient(normal.mul(factors).sum(), [x])[0]!);
  }
  const random = new TorchGenerator(3n);
  const session = await openSession(graph, { device: 'cpu' });
  const feeds = { x: random.randn([1, 4, 32, 32]), factors: random.randn([1, 4, 32, 32]) };
  const [near, far] = [...(await session.run(feeds, ['near', 'far'])).values()].map(({ data }) => data);
  await session.release();
  const apart = Math.max(...near!.map((each, i) => Math.abs(each - far![i]!)));
  expect(apart / Math.max(...near!.map(Math.abs))).toBeLessThan(1e-3);
});

test('a rule for several operators passes gradients to its operands, to nothing between and to none that it only uses', async () => {
  const inputs = { x: [2], used: [2] };
  const build = ({ x, used }: Operands): Value => {
    const product = x!.sin().mul(used!);
    return differentiatedBy(
      product.exp(),
      ({ gradient, inputs: [from, by], outputs: [y] }) => [
        () => gradient.mul(y!).mul(by!).mul(from!.cos()),
        undefined,
      ],
      [x!, used!],
    );
  };
  const wrong = await wrongGradients({ inputs, build });
  expect(wrong.length).toBe(2);
  for (const each of wrong) expect(each).toContain('d used[');
});
