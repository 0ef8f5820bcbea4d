import { afterAll, describe, expect, it } from 'vitest';
import { clipVisionEncoder } from '../../models/architectures/clipVisionEncoder.ts';
import { parseClipTextConfig } from '../../models/architectures/clipTextConfig.ts';
import { exemplarMapper } from '../../models/architectures/exemplarMapper.ts';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import type { ModelParts } from '../../models/catalog/modelParts.ts';
import { modelFromParts } from '../../models/catalog/openModel.ts';
import type { Graph } from '../../models/graph/graph.ts';
import { halfPrecision } from '../../models/graph/halfPrecision.ts';
import type { LayerOptions } from '../../models/layers/layerContext.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { tensor, type Tensor } from '../../models/tensor/tensor.ts';
import { parameters } from '../../models/weights/parameters.ts';
import type { WeightSource } from '../../models/weights/weightSource.ts';
import { tinyExemplarModel, tinyUNet, wave } from '../helpers/tinyExemplarModel.ts';

const pool = new SessionPool({ budgetBytes: 1e9 });
afterAll(() => pool.release());

const { vision, unet: painter, ...facts } = tinyExemplarModel();

const open = (parts: Partial<ModelParts>) => modelFromParts({ ...facts, ...parts }, { pool });

describe('a UNet for inpainting', () => {
  const call = { latent: wave([2, 4, 4, 6]), timesteps: [5, 500] };

  it('takes one row of what lies behind the latent for all, or one for each', async () => {
    const { denoiser } = await open({ unet: painter! });
    expect([denoiser!.latentChannels, denoiser!.extraChannels]).toEqual([4, 5]);
    const one = wave([1, 5, 4, 6]);
    const two = tensor([2, 5, 4, 6], Float32Array.from([...one.data, ...one.data]));
    const [shared, own] = [
      await denoiser!.evaluate({ ...call, extra: one }),
      await denoiser!.evaluate({ ...call, extra: two }),
    ];
    expect(shared).toEqual(own);
    const other = await denoiser!.evaluate({ ...call, extra: tensor([1, 5, 4, 6]) });
    expect(other.prediction.data).not.toEqual(own.prediction.data);
  });

  it('says which node gives what it lacks, and what does not fit', async () => {
    const { denoiser } = await open({ unet: painter! });
    await expect(denoiser!.evaluate(call)).rejects.toThrow(
      'besides the latent it takes 5 more channels, which it was not given. An Inpaint Conditioning node between it and the sampler gives them',
    );
    await expect(denoiser!.evaluate({ ...call, extra: wave([1, 5, 4, 4]) })).rejects.toThrow(
      'Besides the latent the UNet takes [1 or 2, 5, 4, 6], found [1, 5, 4, 4]',
    );
    const plain = await open({ unet: tinyUNet(4) });
    await expect(plain.denoiser!.evaluate({ ...call, extra: wave([1, 5, 4, 6]) })).rejects.toThrow(
      'This UNet takes a latent and nothing besides',
    );
  });

  it('is known by what came with it: a text encoder, an image encoder, or nothing', async () => {
    const config = parseClipTextConfig({ hidden_size: 24, num_attention_heads: 1, vocab_size: 40 }, 'text');
    const text = { config, weights: generateWeights({ kind: 'text', config }) };
    const family = async (parts: Partial<ModelParts>) => (await open(parts)).denoiser!.inpainting;
    expect(await family({ unet: painter!, text })).toBe('stable-diffusion');
    expect(await family({ unet: painter!, vision: vision! })).toBe('paint-by-example');
    expect(await family({ unet: painter! })).toBeUndefined();
    expect(await family({ unet: tinyUNet(4), text })).toBeUndefined();
  });
});

describe('an image encoder for exemplars', () => {
  it('stands for no exemplar where nothing is wired: the learnt vector is the UNet’s own context', async () => {
    const { denoiser, vision: encoder } = await open({ unet: painter!, vision: vision! });
    const call = { latent: wave([1, 4, 4, 6]), timesteps: [5], extra: wave([1, 5, 4, 6]) };
    const context = await encoder!.unconditional();
    expect(context.shape).toEqual([1, 1, 24]);
    expect(await denoiser!.evaluate(call)).toEqual(await denoiser!.evaluate({ ...call, context }));
  });

  it('refuses pictures of another size and what another encoder made', async () => {
    const { vision: encoder } = await open({ vision: vision! });
    await expect(encoder!.encode(wave([1, 3, 28, 14]))).rejects.toThrow(
      'The image encoder takes pictures [B, 3, 28, 28], found [1, 3, 28, 14]',
    );
    const { classToken } = await encoder!.encode(wave([1, 3, 28, 28]));
    await expect(encoder!.condition({ classToken, encoderKey: 'another' })).rejects.toThrow(
      'The picture was encoded by another model',
    );
  });
});

describe('in half precision, as a GPU gets them', () => {
  const parts = tinyExemplarModel();
  const { config } = parts.vision!;
  const half = async (
    weights: WeightSource,
    build: (how: LayerOptions) => Graph,
    [feeds, output]: readonly [Readonly<Record<string, Tensor>>, string],
  ): Promise<Tensor> => {
    const bound = parameters(weights);
    const graph = build({ parameters: bound, attention: 'plain' });
    await bound.load(graph);
    const session = await openSession(halfPrecision(graph), { device: 'cpu' });
    const found = (await session.run(feeds, [output])).get(output)!;
    await session.release();
    return found;
  };

  it('the image encoder and the mapper stay within 0.3 %', async () => {
    const { vision: encoder } = await open(parts);
    const pixels = wave([1, 3, 28, 28]);
    const { classToken, encoderKey } = await encoder!.encode(pixels);
    const context = await encoder!.condition({ classToken, encoderKey });
    const { weights } = parts.vision!;
    const seen = (how: LayerOptions) => clipVisionEncoder({ ...how, config });
    const mapped = (how: LayerOptions) => exemplarMapper({ ...how, config });
    expect(relative(await half(weights, seen, [{ pixels }, 'class_token']), classToken)).toBeLessThan(3e-3);
    const found = await half(weights, mapped, [{ class_token: classToken }, 'context']);
    expect(relative(found, context)).toBeLessThan(3e-3);
    expect(relative(found, context)).toBeGreaterThan(1e-7);
  });

  it('weights that a file stores in half precision give what they give widened, nine channels too', async () => {
    const { config: unet, weights } = painter!;
    const call = { latent: wave([1, 4, 4, 6]), timesteps: [5], extra: wave([1, 5, 4, 6]) };
    const evaluate = async (precision: 'float32' | 'float16') =>
      (
        await modelFromParts({ ...facts, unet: { config: unet, weights } }, { pool, precision })
      ).denoiser!.evaluate(call);
    const [wide, held] = [await evaluate('float32'), await evaluate('float16')];
    expect(relative(held.prediction, wide.prediction)).toBeLessThan(3e-3);
    expect(relative(held.prediction, wide.prediction)).toBeGreaterThan(1e-7);
  });
});

/** Largest difference over the largest value. */
function relative({ data }: Tensor, expected: Tensor): number {
  const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i]!)), 0) / largest;
}
