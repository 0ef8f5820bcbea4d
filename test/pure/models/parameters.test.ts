import { expect, it } from 'vitest';
import { Graph } from '../../../models/graph/graph.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import type { WeightInfo, WeightSource } from '../../../models/weights/weightSource.ts';

/** Tensors at the given places of a file that is never read. */
function sourceAt(tensors: Record<string, { elements: number; offset: number }>): WeightSource {
  const infos = Object.entries(tensors).map(([name, { elements, offset }]): [string, WeightInfo] => [
    name,
    { dtype: 'float32', shape: [elements], place: { path: '/weights.ckpt', offset } },
  ]);
  return { title: 'weights.ckpt', tensors: new Map(infos), read: async () => new Uint8Array(4) };
}

/** Where each weight of a graph comes from. */
async function kinds(source: WeightSource): Promise<Record<string, string>> {
  const graph = new Graph();
  const bound = parameters(source);
  for (const [name, { shape }] of source.tensors) bound.value(graph, name, shape);
  bound.check();
  await bound.load(graph);
  return Object.fromEntries([...graph.initializers].map(([name, { data }]) => [name, data.kind]));
}

it('leaves weights in their file, but for those that onnxruntime could not map there', async () => {
  const found = await kinds(
    sourceAt({
      even: { elements: 1000, offset: 64 },
      odd: { elements: 1000, offset: 66 },
      small: { elements: 4, offset: 64 },
    }),
  );
  expect(found).toEqual({ even: 'file', odd: 'memory', small: 'memory' });
});

it('reads all of them when those in memory are too large to be embedded beside a file', async () => {
  const found = await kinds(
    sourceAt({ even: { elements: 1000, offset: 64 }, odd: { elements: 3e8, offset: 66 } }),
  );
  expect(found).toEqual({ even: 'memory', odd: 'memory' });
});
