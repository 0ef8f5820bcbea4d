import { expect, it } from 'vitest';
import { clipTextEncoder } from '../../models/architectures/clipTextEncoder.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { parameters } from '../../models/weights/parameters.ts';
import { describeGolden, differing, golden, goldenModel, worstError } from './golden.ts';

describeGolden('text encoder against the authors', () => {
  it.each(['small', 'topo'] as const)('encodes tokens: %s', async (name) => {
    const file = await golden(`clip-text/clip-${name}.safetensors`);
    const { parts, text } = await goldenModel(name);
    const { config, weights } = parts.text!;
    const expose = file.names.filter((inner) => inner.startsWith('hidden_states.'));
    const bound = parameters(weights);
    const graph = clipTextEncoder({ config, parameters: bound, attention: 'plain', expose });
    bound.check();
    await bound.load(graph);
    const session = await openSession(graph, { device: 'cpu' });
    const ids = await file.get('input_ids');
    const tokens = { shape: ids.shape, data: Int32Array.from(ids.data) };
    const found = await session.run({ tokens }, ['last_hidden_state', ...expose]);
    const error = async (inner: string) => worstError(found.get(inner)!, await file.get(inner));
    expect(await differing(['last_hidden_state', ...expose], { tolerance: 5e-5, error })).toEqual([]);
    // The first row is the empty prompt.
    const { conditioning } = await text!.encode('');
    const first = found.get('last_hidden_state')!.data.subarray(0, conditioning.data.length);
    expect(conditioning.data).toEqual(first);
    await expect(text!.encode('a word')).rejects.toThrow('The text encoder knows 64 tokens');
    await expect(text!.encode('', { skipLayers: 9 })).rejects.toThrow('9 cannot be left out');
    await session.release();
  });
});
