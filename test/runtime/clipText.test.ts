import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clipTextEncoder, emptyPromptTokens } from '../../models/architectures/clipTextEncoder.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { parameters } from '../../models/weights/parameters.ts';
import { describeGolden, differing, golden, goldenFolder, goldenModel, worstError } from './golden.ts';

describeGolden('text encoder against the authors', () => {
  it.each(['small', 'topo'] as const)('encodes tokens: %s', async (name) => {
    const file = await golden(`clip-text/clip-${name}.safetensors`);
    const { parts } = await goldenModel(name);
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
    expect([...emptyPromptTokens(config)]).toEqual([...tokens.data.subarray(0, 77)]);
    await session.release();
  });

  it('knows the empty prompt of the published vocabulary', () => {
    const tokens = emptyPromptTokens({ vocabulary: 49408, positions: 77 });
    expect([tokens[0], ...new Set(tokens.subarray(1))]).toEqual([49406, 49407]);
    const listed = readFileSync(`${goldenFolder}clip-text/tokens.json`, 'utf8');
    expect(listed).toContain('49406');
  });
});
