import { expect } from 'vitest';
import { gradient, type GradientOptions } from '../../../models/gradients/gradient.ts';
import { Graph } from '../../../models/graph/graph.ts';
import type { Value } from '../../../models/graph/value.ts';
import { openSession, type Session } from '../../../models/runtime/openSession.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';

export interface Differentiated {
  /** Operands and their shapes. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Numbers between which operands are drawn; -1 to 1 unless given. */
  readonly range?: readonly [number, number];
  /** Symbolic axes instead of the numbers, by operand. */
  readonly axes?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly options?: (built: Value) => GradientOptions;
  build(operands: Readonly<Record<string, Value>>, graph: Graph): Value;
}

const STEP = 1 / 128;
/** Of a derivative of size 1: a float32 result is good to 1e-7, which central differences divide by the step. */
const TOLERANCE = 2e-3;

/** Expects the gradient of `sum(result * constant)` to be what central differences say. */
export async function expectRightGradients(what: Differentiated): Promise<void> {
  expect(await wrongGradients(what)).toEqual([]);
}

/**
 * Where the gradient of `sum(result * constant)` is not what central differences say, element by element; empty where it is
 * right everywhere. Operands lie on a grid off 0, so that nothing is ever at the bend of a ReLU or equal to another.
 */
export async function wrongGradients(what: Differentiated): Promise<readonly string[]> {
  const wrong: string[] = [];
  const names = Object.keys(what.inputs);
  const feeds: Record<string, Tensor> = {};
  for (const [i, name] of names.entries()) feeds[name] = drawn(what.inputs[name]!, i, what.range);

  const forward = new Graph();
  forward.output('result', what.build(operandsOf(what, forward), forward));
  const backward = new Graph();
  const operands = operandsOf(what, backward);
  const result = what.build(operands, backward);
  const weights = backward.input('weights', result.shape);
  const loss = result.mul(weights).sum();
  const gradients = gradient(loss, Object.values(operands), what.options?.(result));
  for (const [i, name] of names.entries()) backward.output(`d.${name}`, gradients[i]!);

  const [computes, differentiates] = [await opened(forward), await opened(backward)];
  const { shape } = (await computes.run(feeds, ['result'])).get('result')!;
  const factors = drawn(shape, 99);
  const lossNow = async (): Promise<number> => {
    const { data } = (await computes.run(feeds, ['result'])).get('result')!;
    return data.reduce((sum, value, i) => sum + value * factors.data[i]!, 0);
  };
  const outputs = names.map((name) => `d.${name}`);
  const found = await differentiates.run({ ...feeds, weights: factors }, outputs);
  for (const name of names) {
    const { data, shape } = found.get(`d.${name}`)!;
    if (`${shape}` !== `${what.inputs[name]}`) wrong.push(`d ${name} has the shape ${shape}`);
    for (const [i, got] of data.entries()) {
      const expected = await slope(lossNow, feeds[name]!.data, i);
      const away = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
      if (!(away < TOLERANCE)) wrong.push(`d ${name}[${i}]: ${got}, central difference ${expected}`);
    }
  }
  await Promise.all([computes.release(), differentiates.release()]);
  return wrong;
}

function operandsOf({ inputs, axes }: Differentiated, graph: Graph): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, graph.input(name, axes?.[name] ?? shape)]),
  );
}

function opened(graph: Graph): Promise<Session> {
  return openSession(graph, { device: 'cpu', threads: 1 });
}

async function slope(lossNow: () => Promise<number>, operand: Float32Array, i: number): Promise<number> {
  const kept = operand[i]!;
  operand[i] = kept + STEP;
  const above = await lossNow();
  operand[i] = kept - STEP;
  const below = await lossNow();
  operand[i] = kept;
  return (above - below) / (2 * STEP);
}

/** Numbers that are all at least four steps apart from each other and from 0, in an order that looks random. */
function drawn(
  shape: readonly number[],
  seed: number,
  [low, high] = [-1, 1] as readonly [number, number],
): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const order = Array.from({ length: count }, (_, i) => ({
    i,
    key: (Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453) % 1,
  }));
  order.sort((a, b) => a.key - b.key);
  const data = new Float32Array(count);
  for (const [rank, { i }] of order.entries()) data[i] = low + ((high - low) * (rank + 0.5)) / count;
  return { shape, data };
}
