import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import type { RunPlace } from '../../../models/catalog/networkSession.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { Denoiser, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import type { BenchPlace } from './benchEngine.ts';
import { fullSizeAdapter, fullSizeImageEncoder } from './fullSizeConditioners.ts';
import { secondsOf } from './rateUNet.ts';
import { median, type Table } from './table.ts';
import { writeFullSizeModel } from './writeFullSizeModel.ts';

const ROUNDS = 5;
const LATENT = [1, 4, 64, 64];

/** What PHDiffusion and Paint by Example cost beside plain evaluations of a UNet of Stable Diffusion 1.5's size. */
export async function conditionedRates({ dataFolder, device, precision }: BenchPlace): Promise<Table> {
  const folder = (name: string): string => join(dataFolder, 'conditioned', name);
  await writeFullSizeModel(folder('sd'));
  await writeFullSizeModel(folder('exemplar'), { channels: 9 });
  // For two such networks at a time: a third one would not fit beside them on many machines.
  const place = { pool: new SessionPool({ budgetBytes: 9e9 }), device, precision };
  try {
    const { denoiser } = await openDiffusionModel(folder('sd'), place);
    const plain = { denoiser, call: { latent: noise(LATENT), timesteps: [481] } };
    const adapter = await adapterRates(plain, place);
    await place.pool.release();
    const exemplar = await openDiffusionModel(folder('exemplar'), place);
    const filled = { denoiser: exemplar.denoiser, call: { ...plain.call, extra: noise([1, 5, 64, 64]) } };
    const [alone, nine] = await inTurn([plain, filled]);
    await place.pool.release();
    const image = fullSizeImageEncoder(place);
    return {
      title: 'PHDiffusion and Paint by Example, published sizes, generated weights, 512x512',
      columns: ['figure', 'value', 'beside plain'],
      rows: [
        ...adapter,
        ['a plain evaluation, again', seconds(alone), ''],
        ['an evaluation of Paint by Example (9 channels)', seconds(nine), more(nine, alone)],
        ['its image encoder and mapper, once', seconds(await again(image)), ''],
      ],
      notes: [
        `${precision}; evaluations in turn, medians of ${ROUNDS}: plain, with features added and with DEF; then plain and Paint by Example.`,
        'Memory: what the process grew by until its first evaluation was done; files that are mapped count.',
      ],
    };
  } finally {
    await place.pool.release();
    await rm(folder(''), { recursive: true, force: true });
  }
}

interface Evaluation {
  readonly denoiser: Pick<Denoiser, 'evaluate'>;
  readonly call: DenoiserCall;
}

async function adapterRates(plain: Evaluation, place: RunPlace): Promise<string[][]> {
  const plainMemory = await growth(plain);
  const adapter = await fullSizeAdapter(place);
  const pixels = noise([1, 3, 512, 512]);
  const encode = () => adapter.encode({ pixels, mask: leftHalf(512), residual: true });
  const features = await encode();
  const encoding = await again(encode);
  const added = { ...plain.call, steering: { features, strengths: [1, 1, 1, 1] } };
  const fusion = { blocks: adapter.fusion, mask: leftHalf(64) };
  const fused = { ...added, steering: { ...added.steering, fusion } };
  const fusedMemory = await growth({ ...plain, call: fused });
  const [alone, withDef] = await inTurn([plain, { ...plain, call: fused }]);
  const [beside, withSum] = await inTurn([plain, { ...plain, call: added }]);
  return [
    ['a plain evaluation', seconds(alone), ''],
    ['with DEF at the two deepest levels', seconds(withDef), more(withDef, alone)],
    ['with features added at all levels', seconds(withSum), more(withSum, beside)],
    ['the adaptive encoder, once', seconds(encoding), ''],
    ['memory of the UNet', gigabytes(plainMemory), ''],
    ['memory of the UNet with DEF', gigabytes(fusedMemory), more(fusedMemory, plainMemory)],
  ];
}

/** Seconds of each, medians, in turn, so that whatever slows the machine slows all of them. */
async function inTurn(evaluations: readonly [Evaluation, Evaluation]): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { denoiser, call }] of evaluations.entries()) {
      const time = await secondsOf(() => denoiser.evaluate(call));
      if (round > 0) times[i]!.push(time);
    }
  }
  return [median(times[0]), median(times[1])];
}

/** Seconds of what was done once before. */
async function again(work: () => Promise<unknown>): Promise<number> {
  await work();
  return secondsOf(work);
}

async function growth({ denoiser, call }: Evaluation): Promise<number> {
  const before = process.memoryUsage.rss();
  await denoiser.evaluate(call);
  return process.memoryUsage.rss() - before;
}

const noise = (shape: readonly number[]) => new TorchGenerator(1n).randn(shape);

function leftHalf(side: number) {
  const data = Float32Array.from({ length: side * side }, (_, i) => Number(i % side < side / 2));
  return { shape: [1, 1, side, side], data };
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const more = (value: number, than: number): string =>
  `${value < than ? '' : '+'}${((value / than - 1) * 100).toFixed(1)} %`;
