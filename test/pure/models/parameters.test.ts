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

it('holds matrices as asked: widened once, as they are stored, or narrowed', async () => {
  const tensors = new Map<string, WeightInfo>([
    ['half', { dtype: 'float16', shape: [40, 40] }],
    ['full', { dtype: 'float32', shape: [40, 40] }],
    ['bias', { dtype: 'float16', shape: [40] }],
  ]);
  const bytesOf = (name: string) => (name === 'full' ? 6400 : name === 'half' ? 3200 : 80);
  const source = { title: 'w', tensors, read: async (name: string) => new Uint8Array(bytesOf(name)) };
  const held = async (matrices: 'widened' | 'stored' | 'narrowed') => {
    const graph = new Graph();
    const bound = parameters(source, { matrices });
    for (const [name, { shape }] of tensors) bound.value(graph, name, shape);
    await bound.load(graph);
    const described = [...graph.initializers].map(([name, { value, data, replaceable = false }]) => {
      const bytes = data.kind === 'memory' ? data.bytes.length : 0;
      return [name, `${value.dtype}, ${bytes} bytes, ${replaceable ? 'stays so' : 'folded'}`];
    });
    return Object.fromEntries(described) as Record<string, string>;
  };
  const bias = 'float16, 80 bytes, folded';
  const full = 'float32, 6400 bytes, folded';
  expect(await held('widened')).toEqual({ half: 'float16, 3200 bytes, folded', full, bias });
  expect(await held('stored')).toEqual({ half: 'float16, 3200 bytes, stays so', full, bias });
  expect(await held('narrowed')).toEqual({
    half: 'float16, 3200 bytes, stays so',
    full: 'float16, 3200 bytes, stays so',
    bias,
  });
});
