import { describe, expect, it } from 'vitest';
import { fusionBlock } from '../../models/architectures/fusionBlock.ts';
import { halfPrecision } from '../../models/graph/halfPrecision.ts';
import { generateWeights } from '../../models/catalog/generateWeights.ts';
import { withNetwork } from '../../models/catalog/networkSession.ts';
import type { LayerOptions } from '../../models/layers/layerContext.ts';
import { openSession } from '../../models/runtime/openSession.ts';
import { SessionPool } from '../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { tensor, type Tensor } from '../../models/tensor/tensor.ts';
import { parameters } from '../../models/weights/parameters.ts';

const CHANNELS = 32;
const weights = generateWeights({ kind: 'fusion', config: { blockChannels: [CHANNELS] } });
const place = { pool: new SessionPool({ budgetBytes: 1e9 }), device: 'cpu' } as const;
const TOKENS = 16;
const random = new TorchGenerator(4);
const features = { adapter: random.randn([CHANNELS * TOKENS]), unet: random.randn([CHANNELS * TOKENS]) };

/** The same tokens, laid out as height x width. */
async function fuse(mask: readonly number[], [height, width]: readonly [number, number]): Promise<Tensor> {
  const network = {
    name: `fusion:${height}x${width}`,
    hash: 'fusion',
    weights,
    build: (how: LayerOptions) => fusionBlock({ ...how, block: 0, channels: CHANNELS, height, width }),
  };
  const shaped = ({ data }: Tensor) => tensor([1, CHANNELS, height, width], data);
  const feeds = {
    adapter: shaped(features.adapter),
    unet: shaped(features.unet),
    mask: tensor([1, 1, height, width], Float32Array.from(mask)),
  };
  return withNetwork(place, network, async (session) => (await session.run(feeds, ['fused'])).get('fused')!);
}

const soft = Array.from({ length: TOKENS }, (_, i) => Math.min(1, i / 10));
const all = (value: number) => soft.map(() => value);

describe('dual encoder fusion', () => {
  it.each([
    [2, 8],
    [8, 2],
    [1, 16],
  ] as const)('makes of %i x %i tokens what it makes of a square of them', async (height, width) => {
    const [square, other] = [await fuse(soft, [4, 4]), await fuse(soft, [height, width])];
    expect(other.shape).toEqual([1, CHANNELS, height, width]);
    for (const [i, value] of square.data.entries()) expect(other.data[i]).toBeCloseTo(value, 5);
  });

  it('keeps the adapter’s features where nothing is selected', async () => {
    expect((await fuse(all(0), [4, 4])).data).toEqual(features.adapter.data);
    const { data } = await fuse(soft, [4, 4]);
    for (let channel = 0; channel < CHANNELS; channel++)
      expect(data[channel * TOKENS]).toBe(features.adapter.data[channel * TOKENS]);
  });

  it('has one answer for all positions when everything is selected, and no NaN', async () => {
    const { data } = await fuse(all(1), [4, 4]);
    for (let i = 0; i < data.length; i++) expect(data[i]).toBe(data[i - (i % TOKENS)]);
    expect(data.every(Number.isFinite)).toBe(true);
  });

  it.each([0, 0.5, 1])('comes out the same in half precision with a mask of %d everywhere', async (value) => {
    const bound = parameters(weights);
    const size = { block: 0, channels: CHANNELS, height: 4, width: 4 };
    const graph = fusionBlock({ parameters: bound, attention: 'plain', ...size });
    await bound.load(graph);
    const session = await openSession(halfPrecision(graph), { device: 'cpu' });
    const shaped = ({ data }: Tensor) => tensor([1, CHANNELS, 4, 4], data);
    const mask = tensor([1, 1, 4, 4], Float32Array.from(all(value)));
    const feeds = { adapter: shaped(features.adapter), unet: shaped(features.unet), mask };
    const half = (await session.run(feeds, ['fused'])).get('fused')!;
    await session.release();
    const full = await fuse(all(value), [4, 4]);
    for (const [i, expected] of full.data.entries()) expect(half.data[i]).toBeCloseTo(expected, 1.5);
  });
});
