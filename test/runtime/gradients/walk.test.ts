import { describe, expect, test } from 'vitest';
import { stopGradient, withGradient } from '../../../models/gradients/customGradient.ts';
import { gradient } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { openSession } from '../../../models/runtime/openSession.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import { expectRightGradients } from './centralDifferences.ts';

/** Runs a graph made by `build` on one operand and hands back its output `y`. */
async function computed(x: Tensor, build: (x: Value, graph: Graph) => Value): Promise<number[]> {
  const graph = new Graph();
  graph.output('y', build(graph.input('x', x.shape), graph));
  const session = await openSession(graph, { device: 'cpu' });
  const result = await session.run({ x }, ['y']);
  await session.release();
  return [...result.get('y')!.data];
}

const three: Tensor = { shape: [3], data: Float32Array.of(1, 2, 3) };

describe('gradients that are not derivatives', () => {
  test('pass through a rule on their way, and add up with others before it', async () => {
    const found = await computed(three, (x, graph) => {
      const masked = withGradient(x, (g) => g.mul(graph.constant([1, 0, 1])));
      const loss = masked.mul(masked).sum().add(masked.sum());
      return gradient(loss, [x])[0]!;
    });
    expect(found).toEqual([3, 0, 7]);
  });

  test('a rule may leave one branch and not the other', async () => {
    const found = await computed(three, (x, graph) => {
      const loud = withGradient(x, (g) => g.mul(graph.scalar(10)));
      return gradient(loud.sum().add(x.sum()), [x])[0]!;
    });
    expect(found).toEqual([11, 11, 11]);
  });

  test('stop where they are told to', async () => {
    const found = await computed(three, (x) => gradient(x.mul(stopGradient(x)).sum(), [x])[0]!);
    expect(found).toEqual([1, 2, 3]);
  });
});

describe('checkpoints', () => {
  const layers = (x: Value, weights: readonly Value[]): Value[] => {
    const made: Value[] = [];
    for (const w of weights) made.push((made.at(-1) ?? x).matmul(w).tanh().add(x));
    return made;
  };
  const inputs = { x: [2, 3], a: [3, 3], b: [3, 3], c: [3, 3], d: [3, 3] };
  const chain = ({ x, a, b, c, d }: Readonly<Record<string, Value>>) => layers(x!, [a!, b!, c!, d!]);

  test('change no gradient, a skip connection and a weight used twice included', () => {
    let kept: Value[] = [];
    return expectRightGradients({
      inputs,
      build: (operands) => {
        const made = chain(operands);
        kept = [made[0]!, made[2]!];
        return made[3]!.mul(made[0]!).matmul(operands['a']!);
      },
      options: () => ({ checkpoints: kept }),
    });
  });

  test('leave what is stopped and what has a rule of its own as it is', async () => {
    const found = async (checkpoints: boolean) =>
      computed(three, (x, graph) => {
        const masked = withGradient(x.tanh(), (g) => g.mul(graph.constant([1, 0, 2])));
        const first = masked.mul(stopGradient(masked.exp())).add(x);
        const second = stopGradient(first.sin()).mul(first).tanh();
        const loss = second.mul(first).sum();
        return gradient(loss, [x], checkpoints ? { checkpoints: [first, second] } : {})[0]!;
      });
    expect(await found(true)).toEqual(await found(false));
  });

  test('have what lies between them computed again, but for the last part', () => {
    const products = (checkpoints: boolean): number => {
      const graph = new Graph();
      const operands = Object.fromEntries(
        Object.entries(inputs).map(([name, shape]) => [name, graph.input(name, shape)]),
      );
      const made = chain(operands);
      gradient(made[3]!.sum(), [operands['a']!], checkpoints ? { checkpoints: [made[0]!, made[2]!] } : {});
      return graph.nodes.filter(({ op }) => op === 'Tanh').length;
    };
    expect(products(false)).toBe(4);
    // Of the first segment nothing needs to be repeated but what its gradient uses: its tanh. Of the second, two.
    expect(products(true)).toBe(4 + 3);
  });
});

test('what was taken from one place very often is added up exactly, on several threads', async () => {
  const [places, count] = [4, 20_000];
  const x: Tensor = { shape: [places, 8], data: new Float32Array(places * 8) };
  const found = await computed(x, (value, graph) => {
    const index = graph.int64(Array.from({ length: count }, (_, i) => i % places));
    return gradient(value.gather(index, 0).sum(), [value])[0]!;
  });
  expect(new Set(found)).toEqual(new Set([count / places]));
});

describe('a gradient', () => {
  test('is zero for what the loss does not depend on', async () => {
    await expectRightGradients({ inputs: { a: [2], b: [3] }, build: ({ a }) => a!.exp() });
  });

  test('names the operator and the layer that have no rule', () => {
    const graph = new Graph();
    const value = graph.input('x', [3]);
    const odd = graph.within('mid.3', () =>
      graph.apply({ op: 'CumSum', inputs: [value, graph.int64([0])], types: [value] }),
    );
    expect(() => gradient(odd.sum(), [value])).toThrow('mid.3: the operator CumSum has no gradient rule');
  });

  test('names the operator and the layer whose rule needs a constant that is computed', () => {
    const graph = new Graph();
    const value = graph.input('x', [3]);
    const start = graph.input('start', [1], 'int64');
    const inputs = [value, start, graph.int64([3])];
    const types = [{ shape: [2], dtype: 'float32' }] as const;
    const cut = graph.within('mid.3', () => graph.apply({ op: 'Slice', inputs, types }));
    const message =
      'mid.3: the starts of a Slice must be constants to have a gradient, found the value start';
    expect(() => gradient(cut.sum(), [value])).toThrow(message);
  });

  test('is of one number', () => {
    const value = new Graph().input('x', [3]);
    expect(() => gradient(value, [value])).toThrow('a loss has one element, found [3]');
  });
});
