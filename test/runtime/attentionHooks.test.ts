import { beforeAll, expect, it } from 'vitest';
import type { OpenedDiffusionModel } from '../../models/catalog/openDiffusionModel.ts';
import type { AttentionInjection, AttentionKind, DenoiserCall } from '../../models/sampling/denoiser.ts';
import type { Tensor } from '../../models/tensor/tensor.ts';
import { describeGolden, differing, golden, goldenModel, worstError } from './golden.ts';

const HEADS = 8;
const allLayers = [6, 7, 8, 9, 10, 11];

/** Golden features are `[heads, tokens, head_dim]`, ours `[1, tokens, channels]` with channel = head * head_dim + d. */
function joinHeads({ shape, data }: Tensor): Tensor {
  const [heads = 0, tokens = 0, size = 0] = shape;
  const joined = new Float32Array(data.length);
  for (let head = 0; head < heads; head++) {
    for (let token = 0; token < tokens; token++) {
      const from = (head * tokens + token) * size;
      joined.set(data.subarray(from, from + size), token * heads * size + head * size);
    }
  }
  return { shape: [1, tokens, heads * size], data: joined };
}

function twice({ shape, data }: Tensor): Tensor {
  const both = new Float32Array(data.length * 2);
  both.set(data);
  both.set(data, data.length);
  return { shape: [2, ...shape.slice(1)], data: both };
}

describeGolden('attention hooks against the authors', () => {
  let file: Awaited<ReturnType<typeof golden>>;
  let model: OpenedDiffusionModel;
  let call: DenoiserCall;

  beforeAll(async () => {
    file = await golden('attn-hooks/hooks.safetensors');
    model = await goldenModel('topo');
    const timesteps = [...(await file.get('t')).data];
    call = { latent: await file.get('x'), timesteps, context: await file.get('context') };
  });

  const feature = async (side: string, layer: number, kind: AttentionKind): Promise<Tensor> =>
    joinHeads(await file.get(`${side}.output_block_${layer}_self_attn_${kind}`));

  async function injections(options: { gamma: number; tau: number; layers?: number[]; kinds?: string }) {
    const { gamma, tau, layers = allLayers, kinds = 'qkv' } = options;
    const map = new Map<string, AttentionInjection>();
    for (const layer of layers) {
      map.set(`output.${layer}`, {
        gamma,
        tau,
        ...(kinds.includes('q') ? { q: await feature('content', layer, 'q') } : {}),
        ...(kinds.includes('k') ? { k: await feature('style', layer, 'k') } : {}),
        ...(kinds.includes('v') ? { v: await feature('style', layer, 'v') } : {}),
      });
    }
    return map;
  }

  it('captures queries, keys and values', async () => {
    const kinds = ['q', 'k', 'v'] as const;
    const capture = new Map(allLayers.map((layer) => [`output.${layer}`, kinds]));
    for (const side of ['content', 'style']) {
      const { captured } = await model.denoiser.evaluate({
        ...call,
        latent: await file.get(`x_${side}`),
        capture,
      });
      const pattern = new RegExp(`^${side}\\.output_block_(\\d+)_self_attn_([qkv])$`);
      const error = async (name: string) => {
        const [, layer, kind] = pattern.exec(name)!;
        return worstError(
          captured!.get(`output.${layer}`)![kind as AttentionKind]!,
          joinHeads(await file.get(name)),
        );
      };
      const names = file.names.filter((name) => pattern.test(name));
      expect(await differing(names, { tolerance: 2e-4, error })).toEqual([]);
    }
  });

  it.each([
    ['default', { gamma: 0.75, tau: 1.5 }],
    ['high_style', { gamma: 0.3, tau: 1.5 }],
    ['gamma1_T1', { gamma: 1, tau: 1 }],
    ['layers_7_to_11', { gamma: 0.75, tau: 1.5, layers: [7, 8, 9, 10, 11] }],
    ['layer_9_only', { gamma: 0.75, tau: 1.5, layers: [9] }],
    ['kv_only', { gamma: 0.75, tau: 1.5, kinds: 'kv' }],
    ['q_only', { gamma: 0.75, tau: 1.5, kinds: 'q' }],
  ])('injects: %s', async (name, options) => {
    const { prediction } = await model.denoiser.evaluate({ ...call, attention: await injections(options) });
    expect(worstError(prediction, await file.get(`eps.${name}`))).toBeLessThan(2e-4);
  });

  it('leaves a call without injections as it is', async () => {
    const { prediction } = await model.denoiser.evaluate(call);
    expect(worstError(prediction, await file.get('eps.plain'))).toBeLessThan(2e-4);
  });

  it('injects into every row of a batch', async () => {
    const timesteps = [call.timesteps[0]!, call.timesteps[0]!];
    const attention = await injections({ gamma: 0.75, tau: 1.5 });
    const batch = { latent: twice(call.latent), timesteps, context: twice(call.context!) };
    const shared = await model.denoiser.evaluate({ ...batch, attention });
    expect(worstError(shared.prediction, twice(await file.get('eps.default')))).toBeLessThan(2e-4);
    const perRow = new Map(
      [...attention].map(([id, at]) => [id, { ...at, q: twice(at.q!), k: twice(at.k!), v: twice(at.v!) }]),
    );
    const own = await model.denoiser.evaluate({ ...batch, attention: perRow });
    expect(worstError(own.prediction, shared.prediction)).toBe(0);
  });

  it('shows queries, probabilities and outputs inside', async () => {
    const path = (name: string): string =>
      name
        .replace('default.', '')
        .replace(/^attn1_out\.(\d+)$/, 'output_blocks.$1.1.attn1')
        .replace(/^(q_used|attn_probs)\.(\d+)$/, 'output_blocks.$2.1.attn1.$1');
    const names = file.names.filter((name) => name.startsWith('default.'));
    const exposing = await goldenModel('topo', { unet: names.map(path) });
    const attention = await injections({ gamma: 0.75, tau: 1.5 });
    const { exposed } = await exposing.denoiser.evaluateExposing({ ...call, attention });
    const error = async (name: string) => {
      const expected = await file.get(name);
      const found = exposed.get(path(name))!;
      if (name.includes('q_used')) return worstError(found, joinHeads(expected));
      return worstError(name.includes('probs') ? { ...found, shape: found.shape.slice(1) } : found, expected);
    };
    expect(await differing(names, { tolerance: 2e-4, error })).toEqual([]);
  });

  it('takes keys and values of a picture of another size', async () => {
    const style = { shape: [1, 4, 16, 16], data: Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i)) };
    const capture = new Map(allLayers.map((layer) => [`output.${layer}`, ['k', 'v'] as const]));
    const { captured } = await model.denoiser.evaluate({ ...call, latent: style, capture });
    const attention = new Map(
      [...captured!].map(([id, { k, v }]) => [id, { k: k!, v: v!, gamma: 0, tau: 1 }]),
    );
    const { prediction } = await model.denoiser.evaluate({ ...call, attention });
    const plain = await model.denoiser.evaluate(call);
    expect(prediction.data.every(Number.isFinite)).toBe(true);
    expect(worstError(prediction, plain.prediction)).toBeGreaterThan(1e-3);
  });

  it('says which layer an injection does not fit', async () => {
    const k = { shape: [1, HEADS, 3], data: new Float32Array(HEADS * 3) };
    const attention = new Map([['output.6', { k, v: k, gamma: 0, tau: 1 }]]);
    await expect(model.denoiser.evaluate({ ...call, attention })).rejects.toThrow(
      'Layer output.6 takes k [1 or 1, any, 64], found [1, 8, 3]',
    );
    await expect(
      model.denoiser.evaluate({ ...call, attention: new Map([['output.99', { gamma: 0, tau: 1 }]]) }),
    ).rejects.toThrow("no attention layer 'output.99'");
  });
});
