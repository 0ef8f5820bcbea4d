import { expect, it } from 'vitest';
import { after } from '../../models/gradients/after.ts';
import { differentiatedBy, stopGradient } from '../../models/gradients/customGradient.ts';
import { gradient } from '../../models/gradients/gradient.ts';
import type { RuleCall } from '../../models/gradients/gradientRule.ts';
import { Graph } from '../../models/graph/graph.ts';
import { inlineGraph } from '../../models/gradients/inlineGraph.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { tensor } from '../../models/tensor/tensor.ts';

/** y = flat(x * w) + stopped(x), for any number of rows. */
function network(weight: readonly number[]): Graph {
  const graph = new Graph();
  const x = graph.input('x', ['B', 2, 1]);
  const scaled = graph.within('layer', () => x.mul(graph.constant(weight, [2, 1]))).reshape(['B', 2]);
  graph.output('y', scaled.add(stopGradient(x).reshape(['B', 2])));
  return graph;
}

it('a graph is called twice within another one, with sizes that are known there and rules of its own', async () => {
  const graph = new Graph();
  const given = graph.input('given', [3, 2, 1]);
  const call = (scope: string, weight: readonly number[], x = given) =>
    inlineGraph(graph, network(weight), { scope, sizes: { B: 3 }, bind: () => x }).get('y')!;
  const once = call('once', [2, 3]);
  expect(once.shape).toEqual([3, 2]);
  const twice = call('twice', [10, 100], once.reshape([3, 2, 1]));
  graph.output('twice', twice);
  graph.output('gradient', gradient(twice.sum(), [given])[0]!);
  const session = await openSession(graph, { device: 'cpu' });
  const results = await session.run({ given: tensor([3, 2, 1], Float32Array.of(1, 1, 2, 0, 0, -1)) }, [
    'twice',
    'gradient',
  ]);
  await session.release();
  // (2 + 1) * (10 + 1) and (3 + 1) * (100 + 1); what is stopped has no gradient.
  expect([...results.get('twice')!.data]).toEqual([33, 404, 66, 0, 0, -404]);
  expect([...results.get('gradient')!.data]).toEqual([20, 300, 20, 300, 20, 300]);
});

it('a rule for several operators sees the operands of the copy', async () => {
  const source = new Graph();
  const x = source.input('x', [2]);
  const rule = ({ gradient: g, inputs: [from] }: RuleCall) => [() => g.mul(from!)];
  source.output('y', differentiatedBy(x.exp().sin(), rule, [x]));
  const graph = new Graph();
  const given = graph.input('given', [2]);
  const y = inlineGraph(graph, source, { scope: 'copy', sizes: {}, bind: () => given }).get('y')!;
  graph.output('gradient', gradient(y.sum(), [given])[0]!);
  const session = await openSession(graph, { device: 'cpu' });
  const results = await session.run({ given: tensor([2], Float32Array.of(3, -5)) }, ['gradient']);
  await session.release();
  expect([...results.get('gradient')!.data]).toEqual([3, -5]);
});

it('Reshapes in a row open, also where the shape of one is computed', async () => {
  const graph = new Graph();
  const x = graph.input('x', [1, 4, 2, 2]);
  const earlier = x.add(graph.scalar(1));
  const waiting = after(x.relu().reshape([4, 4]), [earlier]);
  graph.output('y', waiting.reshape([2, 8]).reshape([16]));
  graph.output('earlier', earlier);
  const session = await openSession(graph, { device: 'cpu' });
  const values = Float32Array.from({ length: 16 }, (_, i) => i);
  const results = await session.run({ x: tensor([1, 4, 2, 2], values) }, ['y']);
  await session.release();
  expect(results.get('y')).toEqual({ shape: [16], data: values });
});
