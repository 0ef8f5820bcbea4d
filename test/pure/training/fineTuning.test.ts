import { expect, it } from 'vitest';
import { parseUNetConfig } from '../../../models/architectures/unetConfig.ts';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import type { Picture } from '../../../models/image/picture.ts';
import type { Autoencoder } from '../../../models/sampling/autoencoder.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { FineTuning } from '../../../models/training/finetune/fineTuning.ts';
import type { TunableModel } from '../../../models/training/finetune/fineTuningOptions.ts';
import { checkTrainingMemory } from '../../../models/training/finetune/checkTrainingMemory.ts';
import { pictureSide } from '../../../models/training/finetune/pictureSide.ts';
import { paintingLatents } from '../../../models/training/finetune/paintingLatents.ts';
import { trainingFolder, trainTo } from './trainingCourse.ts';

const config = parseUNetConfig(
  {
    block_out_channels: [32, 32],
    down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'],
    up_block_types: ['CrossAttnUpBlock2D', 'UpBlock2D'],
    layers_per_block: 1,
    attention_head_dim: 2,
    cross_attention_dim: 8,
  },
  'unet/config.json',
);
const { kept, line } = trainingFolder();
const unet = { config, weights: generateWeights({ kind: 'unet', config }) };
const check =
  ({ side, rows, recompute = false }: { side: number; rows: number; recompute?: boolean }, free: number) =>
  () =>
    checkTrainingMemory(unet, { height: side, width: side, rows, tokens: 1, recompute }, { free });

it('refuses a training whose steps do not fit into memory before it begins, and says what would help', () => {
  expect(check({ side: 8, rows: 1 }, 2e9)).not.toThrow();
  expect(check({ side: 8, rows: 1 }, 0.3e9)).toThrow(/and 0\.3 GB are free\. Close other programs/);
  const large =
    /takes \d+\.\d GB of memory, and 2\.0 GB are free\. \d+\.\d GB are for the crops: take smaller or fewer/;
  expect(check({ side: 8, rows: 10_000 }, 2e9)).toThrow(large);
  expect(check({ side: 96, rows: 4 }, 2e9)).toThrow(large);
  expect(check({ side: 96, rows: 4, recompute: true }, 2e9)).not.toThrow();
  // As large as the crops, the pictures that show how far it is take as much as a step of few of them.
  expect(check({ side: 128, rows: 2, recompute: true }, 2e9)).toThrow(large);
});

it('shows a picture larger than a crop, but none that takes more memory than a step', () => {
  expect([4, 12, 24, 32, 64, 128].map(pictureSide)).toEqual([8, 24, 48, 48, 64, 128]);
});

it('encodes a long painting in pieces, and one that is not as a whole, each with its mirror image', async () => {
  const encoded: string[] = [];
  const autoencoder = {
    downscale: 8,
    scalingFactor: 1,
    encode: async ({ shape }: { shape: readonly number[] }) => {
      encoded.push(shape.slice(2).join('x'));
      return { mean: tensor([1, 1, 1, 1]), logvar: tensor([1, 1, 1, 1]) };
    },
  } as unknown as Autoencoder;
  const painting = (width: number, height: number): Picture => ({
    width,
    height,
    data: new Uint8Array(width * height * 3),
  });
  await paintingLatents(painting(1000, 100), autoencoder, 64);
  await paintingLatents(painting(100, 2500), autoencoder, 64);
  expect(encoded).toEqual([...Array(2).fill('96x1000'), ...Array(6).fill('832x96')]);
});

it('refuses a checkpoint with other settings before it opens a network', async () => {
  await trainTo(3, line());
  const text = { encode: () => Promise.reject(new Error('a network was opened')) };
  const model = { parts: { unet }, denoiser: { extraChannels: 0 }, autoencoder: {}, text, hash: 'mine' };
  const opening = FineTuning.open({
    model: model as unknown as TunableModel,
    painting: { width: 1, height: 1, data: new Uint8Array(3) },
    settings: { steps: 5, learningRate: 0.1, crop: 64, rows: 1, seed: '1' },
    ...kept(),
  });
  await expect(opening).rejects.toMatchObject({
    code: 'other-settings',
    message: expect.stringContaining('model is "mine", was not set'),
  });
});
