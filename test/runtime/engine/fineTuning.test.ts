import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { writeGeneratedModel } from '../../../models/catalog/writeGeneratedModel.ts';
import { encodePng } from '../../../models/image/encodePicture.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { openSafetensors } from '../../../models/weights/openSafetensors.ts';
import { startEngine } from '../../helpers/startEngine.ts';
import { toyDocument } from '../../pure/engine/toyNodes.ts';

let folder: string;
let builtinFolder: string;
let dataFolder: string;

/** Two levels: opening what trains them takes a second. */
const unet = {
  block_out_channels: [32, 32],
  down_block_types: ['DownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'UpBlock2D'],
  layers_per_block: 1,
  attention_head_dim: 2,
  cross_attention_dim: 8,
};
const vae = { block_out_channels: [32, 32], layers_per_block: 1, latent_channels: 4 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-fine-tuning-'));
  [builtinFolder, dataFolder] = [join(folder, 'builtin'), join(folder, 'data')];
  await writeGeneratedModel(join(builtinFolder, 'model'), { unet, vae });
  await mkdir(join(builtinFolder, 'samples'));
  const data = Uint8Array.from({ length: 48 * 40 * 3 }, (_, i) => (i * 3 + (i >> 6)) % 256);
  const painting = await encodePng({ width: 48, height: 40, data });
  await writeFile(join(builtinFolder, 'samples', 'painting.png'), painting);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A painting of 48 x 40 pixels, learnt from in crops of 32. */
const training = (params: Record<string, string | number>) =>
  toyDocument(
    {
      painting: ['image/load', { image: 'sample:painting.png' }],
      train: ['train/fine-tune', { steps: 6, crop: 32, rows: 1, every: 2, ...params }],
    },
    ['painting.image > train.painting'],
  );

const run = (params: Record<string, string | number>) =>
  startEngine({ dataFolder, builtinFolder }).run(training(params));

const weightsOf = (name: string) =>
  readFile(join(dataFolder, 'models', name, 'unet', 'diffusion_pytorch_model.safetensors'));

it('learns in steps with curves and pictures, and leaves a model that Load Diffusion Model opens', async () => {
  const told = await run({ name: 'parts', steps: 3 });
  expect(told.finished).toMatchObject({ state: 'done' });
  expect(told.of('step').map(({ step: { step, of } }) => [step, of])).toEqual(
    [1, 2, 3].map((step) => [step, 3]),
  );
  expect(told.of('step')[0]!.step).toMatchObject({
    losses: { 'prediction error': expect.any(Number) },
    values: { gradient: expect.any(Number), 'learning rate': expect.any(Number) },
  });
  const [model, before] = await Promise.all(
    [join(dataFolder, 'models', 'parts'), join(builtinFolder, 'model')].map((path) =>
      openDiffusionModel(path, { pool: new SessionPool({ budgetBytes: 1e9 }) }),
    ),
  );
  expect(model!.denoiser.predictionType).toBe(before!.denoiser.predictionType);
  // A folder's schedule is computed in float32, as diffusers does: the last digit may differ.
  const difference = model!.denoiser.alphasCumprod.map((a, t) => a - before!.denoiser.alphasCumprod[t]!);
  expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-6);
  expect(model!.parts.unet.config).toEqual(before!.parts.unet.config);
  expect(model!.parts.autoencoder.config).toEqual(before!.parts.autoencoder.config);
  const [learnt, was] = await Promise.all(
    [model, before].map((each) => each!.parts.unet.weights.read('conv_in.weight')),
  );
  expect(Buffer.compare(learnt!, was!)).not.toBe(0);
});

it('goes on under the same name, to the same bits as a training that was never interrupted', async () => {
  const told = await run({ name: 'parts' });
  expect(told.of('step').map(({ step }) => step.step)).toEqual([4, 5, 6]);
  await run({ name: 'whole' });
  expect(await weightsOf('parts')).toEqual(await weightsOf('whole'));
});

it('cancelled, it keeps what it has learnt', async () => {
  const { engine, run: start } = startEngine({
    dataFolder,
    builtinFolder,
    hear: (message) => message.kind === 'step' && message.step.step === 2 && engine.cancel('run00001'),
  });
  const told = await start(training({ name: 'cancelled', steps: 1000, every: 500 }));
  expect(told.finished).toMatchObject({ state: 'cancelled' });
  // The server gives it time to.
  expect(told.of('keeping').map(({ keeping }) => keeping)).toEqual([true, false]);
  const checkpoint = join(dataFolder, 'training', 'cancelled', 'checkpoint.safetensors');
  expect((await openSafetensors(checkpoint)).metadata?.get('step')).toBe('2');
});

it('paused, it keeps what it has learnt, and goes on in the same run to the same bits', async () => {
  const { engine, run: start } = startEngine({
    dataFolder,
    builtinFolder,
    hear: (message) => message.kind === 'step' && message.step.step === 2 && engine.pause('run00001'),
  });
  const paused = await start(training({ name: 'paused' }));
  expect(paused.finished).toMatchObject({ state: 'paused' });
  expect(paused.states).toMatchObject({ painting: 'done', train: 'paused' });
  const goneOn = await start(training({ name: 'paused' }));
  expect(goneOn.states).toMatchObject({ painting: 'cached', train: 'done' });
  expect(goneOn.of('step').map(({ step }) => step.step)).toEqual([3, 4, 5, 6]);
  expect(await weightsOf('paused')).toEqual(await weightsOf('whole'));
});

it('says which settings differ from those of the same name', async () => {
  expect((await run({ name: 'whole', learningRate: 0.001 })).finished).toMatchObject({
    state: 'failed',
    error: {
      code: 'other-settings',
      message:
        'The checkpoint of step 6 was made with other settings: schedule learning rate is 0.001, was 0.0003. Choose another name, or say in “Other settings” what is to happen.',
      node: 'train',
      port: 'otherSettings',
    },
  });
});

it('refuses a painting that is smaller than a crop, and names that would write over something', async () => {
  expect((await run({ name: 'large', crop: 64 })).finished).toMatchObject({
    error: { message: 'The painting has 48 x 40 pixels; expected 64 x 64 at least, one crop.' },
  });
  await mkdir(join(dataFolder, 'models', 'mine'));
  await writeFile(join(dataFolder, 'models', 'mine', 'precious.txt'), 'x');
  expect((await run({ name: 'mine' })).finished).toMatchObject({
    error: { message: expect.stringContaining('no training made it') },
  });
  expect((await run({ name: '../out' })).finished).toMatchObject({
    error: { message: expect.stringContaining('cannot be called that') },
  });
});
