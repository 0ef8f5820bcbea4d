import { join } from 'node:path';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { physicalCores } from '../../../models/runtime/physicalCores.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { BenchPlace } from './benchEngine.ts';
import { measureTraining, type MeasuredTraining } from './measureTraining.ts';
import type { Table } from './table.ts';
import { torchTimes } from './torchTimes.ts';

const ROWS = 4;
const SIZE = 64;
const ROUNDS = 15;

/** Steps of training the built-in model's UNet, beside the plain convolution and PyTorch on the same machine. */
export async function trainingStep({ root, device }: BenchPlace): Promise<Table> {
  const folder = join(root, 'models/builtin/model');
  const work = { folder, device, rows: ROWS, size: SIZE, tokens: 1, update: true, rounds: ROUNDS };
  const plain = await measureTraining({ ...work, recompute: false, convolutions: true });
  const again = await measureTraining({ ...work, recompute: true, convolutions: false });
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const { unet } = (await openDiffusionModel(folder, { pool, device })).parts;
  const [own, wide] = [plain.own!, plain.wide!];
  const ofTorch = { config: unet.config, train: true, rows: ROWS, size: SIZE, tokens: 1, rounds: 3 };
  const torch =
    device === 'cpu' ? await torchTimes(root, { ...ofTorch, threads: physicalCores() }) : undefined;
  return {
    title: `A step of training, built-in UNet, ${ROWS} rows at 256x256`,
    columns: ['figure', 'value', 'goal'],
    rows: [
      ['opening', seconds(plain.opening), ''],
      ['forward, backward and AdamW', `${seconds(plain.step)} (${perSecond(plain.gflop / plain.step)})`, ''],
      ['of which AdamW', seconds(plain.update), ''],
      ['of its plain convolutions’ rate', `${percent(own.share)} (of ${perSecond(own.rate)})`, '≥ 60 %'],
      ['of a wide convolution’s rate', `${percent(wide.share)} (of ${perSecond(wide.rate)})`, ''],
      ['the same in PyTorch', torch ? seconds(torch.seconds) : 'no PyTorch here', ''],
      ['of PyTorch’s time', torch ? percent(plain.step / torch.seconds) : '', '≤ 50 %'],
      ['memory that the steps took', memoryText(plain), ''],
      ['a step with blocks computed again', seconds(again.step), ''],
      ['memory that those took', memoryText(again), '≤ 2 times'],
    ],
    notes: [
      `float32, medians of ${ROUNDS}, each form in a process of its own. Its plain convolutions: all that the UNet has going forward, as often as it has them, in their sizes, with constant weights. The wide one: 3x3, 320 channels, 64x64. Each step is held against those right before and after it.`,
      torch
        ? `PyTorch ${torch.version} as installed, ${torch.threads} threads, right after: the same network in plain layers, with torch.optim.AdamW.`
        : 'PyTorch beside it: name a Python that can import torch in IMPASTO_BENCH_PYTHON.',
      leastNote,
    ],
  };
}

export const leastNote =
  'Memory: the most that the process had, less what it had before the session was opened. The least: weights, AdamW’s averages if it runs, and what the graph’s values, gradients included, take at once when each goes after its last use.';

export function memoryText({ memory, least }: MeasuredTraining): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  return `${megabytes(memory)}, ${(memory / least).toFixed(2)} times the least (${megabytes(least)})`;
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const perSecond = (gflop: number): string => `${gflop.toFixed(0)} GFLOP/s`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
