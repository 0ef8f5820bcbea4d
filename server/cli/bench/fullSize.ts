import { join } from 'node:path';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { tinyAutoencoderFrom } from '../../../models/catalog/openTinyAutoencoder.ts';
import { physicalCores } from '../../../models/runtime/physicalCores.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { byteLength } from '../../../models/weights/weightSource.ts';
import { linearPreviews } from '../../protocol/previews.ts';
import { runInEngine, startBenchEngine, template, type BenchPlace } from './benchEngine.ts';
import { convolutionRate } from './convolutionRate.ts';
import { peakMemory } from './machine.ts';
import { rateUNet, secondsOf } from './rateUNet.ts';
import type { Table } from './table.ts';
import { torchTimes } from './torchTimes.ts';
import { writeFullSizeModel } from './writeFullSizeModel.ts';

const MODEL = 'full-size';
const ROUNDS = 5;
/** TAESD's sizes. */
const taesd = {
  inChannels: 3,
  outChannels: 3,
  latentChannels: 4,
  channels: 64,
  encoderBlocks: [1, 3, 3, 3],
  decoderBlocks: [3, 3, 3, 1],
};

/** Stable Diffusion 1.5's sizes with generated weights at 512x512, beside PyTorch on the same machine. */
export async function fullSize(place: BenchPlace): Promise<Table> {
  const { root, dataFolder, device, precision } = place;
  const folder = join(dataFolder, 'models', MODEL);
  await writeFullSizeModel(folder);
  const convolution = await convolutionRate(device);
  const pool = new SessionPool({ budgetBytes: 16e9 });
  const model = await openDiffusionModel(folder, { pool, device, precision });
  const unet = await rateUNet(model, { size: 64, rounds: ROUNDS });
  const rate = unet.gflop / unet.plain;
  const decoders = await decodeTimes(model.autoencoder, { pool, device });
  await pool.release();
  const { config } = model.parts.unet;
  const work = { config, train: false, rows: 1, size: 64, tokens: 77, rounds: 3, threads: physicalCores() };
  const torch = device === 'cpu' ? await torchTimes(root, work) : undefined;
  const weights = [model.parts.unet, model.parts.autoencoder].flatMap(({ weights: { tensors } }) =>
    [...tensors.values()].map(byteLength),
  );
  const bytes = weights.reduce((sum, size) => sum + size, 0);
  const peak = await peakOfSampling(place);
  return {
    title: 'Stable Diffusion 1.5’s sizes, generated weights, 512x512',
    columns: ['figure', 'value', 'goal'],
    rows: [
      ['opening and first evaluation', `${unet.first.toFixed(1)} s`, '< 20 s'],
      ['an evaluation', `${unet.plain.toFixed(2)} s (${rate.toFixed(0)} GFLOP/s)`, ''],
      ['the same in PyTorch', torch ? `${torch.seconds.toFixed(2)} s` : 'no PyTorch here', ''],
      ['of PyTorch’s time', torch ? percent(unet.plain / torch.seconds) : '', '≤ 40 %'],
      ['of the plain convolution’s rate', percent(rate / convolution), '≥ 80 %'],
      ['StyleID’s injection costs', percent(unet.swapped / unet.plain - 1), '≤ 3 %'],
      ['a row in a batch of two', `${(unet.pair / 2).toFixed(2)} s`, ''],
      ['decoding a picture', `${decoders.full.toFixed(2)} s`, ''],
      ['decoding it with TAESD', `${decoders.tiny.toFixed(2)} s`, ''],
      ['peak memory of sampling', gigabytes(peak), `< ${gigabytes(bytes * 1.35 + 1.5e9)}`],
    ],
    notes: [
      `${precision}; plain evaluations, such with StyleID's injection (queries, keys and values of the layers 6 to 11) and batches of two in turn, medians of ${ROUNDS}. The plain 3x3 convolution (320 channels, 64x64) ran at ${convolution.toFixed(0)} GFLOP/s.`,
      torch
        ? `PyTorch ${torch.version} as installed, ${torch.threads} threads, right after: the same network in plain layers.`
        : 'PyTorch beside it: name a Python that can import torch in IMPASTO_BENCH_PYTHON.',
      `Memory: the engine process encodes a picture, samples 3 steps with step pictures and decodes; ${gigabytes(bytes)} of weights.`,
    ],
  };
}

async function decodeTimes(
  own: { decode(latent: ReturnType<TorchGenerator['randn']>): Promise<unknown> },
  place: Parameters<typeof tinyAutoencoderFrom>[1],
): Promise<{ full: number; tiny: number }> {
  const latent = new TorchGenerator(1n).randn([1, 4, 64, 64]);
  const source = generateWeights({ kind: 'tiny autoencoder', config: taesd });
  const tiny = await tinyAutoencoderFrom(source, place);
  const second = async (decoder: typeof own): Promise<number> => {
    await decoder.decode(latent);
    return secondsOf(() => decoder.decode(latent));
  };
  return { full: await second(own), tiny: await second(tiny) };
}

async function peakOfSampling(place: BenchPlace): Promise<number | undefined> {
  const engine = await startBenchEngine(place);
  try {
    const document = await template(place, 'variation', {
      'model.model': MODEL,
      'size.value': 512,
      'steps.value': 3,
      'strength.value': 1,
    });
    await runInEngine(engine, { run: 'peak', document, previews: linearPreviews });
    return peakMemory(engine.pid!);
  } finally {
    await engine.stop();
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const gigabytes = (bytes: number | undefined): string =>
  bytes === undefined ? 'not known on this system' : `${(bytes / 1e9).toFixed(2)} GB`;
