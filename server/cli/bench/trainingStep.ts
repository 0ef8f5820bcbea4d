import { join } from 'node:path';
import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import type { Network } from '../../../models/catalog/modelParts.ts';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { countOperations } from '../../../models/graph/countOperations.ts';
import { physicalCores } from '../../../models/runtime/physicalCores.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import type { BenchPlace } from './benchEngine.ts';
import { measureTraining, type MeasuredTraining } from './measureTraining.ts';
import type { Table } from './table.ts';
import { torchTimes } from './torchTimes.ts';

const ROWS = 4;
const SIZE = 64;
const ROUNDS = 7;

/** Steps of training the built-in model's UNet, beside the plain convolution and PyTorch on the same machine. */
export async function trainingStep({ root, device }: BenchPlace): Promise<Table> {
  const folder = join(root, 'models/builtin/model');
  const work = { folder, device, rows: ROWS, size: SIZE, tokens: 1, update: true, rounds: ROUNDS };
  const plain = await measureTraining({ ...work, recompute: false });
  const again = await measureTraining({ ...work, recompute: true });
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const { unet } = (await openDiffusionModel(folder, { pool, device })).parts;
  const rate = gflopOf(unet) / plain.step;
  const ofTorch = { config: unet.config, train: true, rows: ROWS, size: SIZE, tokens: 1, rounds: 3 };
  const torch =
    device === 'cpu' ? await torchTimes(root, { ...ofTorch, threads: physicalCores() }) : undefined;
  return {
    title: `A step of training, built-in UNet, ${ROWS} rows at 256x256`,
    columns: ['figure', 'value', 'goal'],
    rows: [
      ['opening', seconds(plain.opening), ''],
      ['forward, backward and AdamW', `${seconds(plain.step)} (${rate.toFixed(0)} GFLOP/s)`, ''],
      ['of which AdamW', seconds(plain.update), ''],
      ['of the plain convolution’s rate', percent(rate / plain.convolution), '≥ 60 %'],
      ['the same in PyTorch', torch ? seconds(torch.seconds) : 'no PyTorch here', ''],
      ['of PyTorch’s time', torch ? percent(plain.step / torch.seconds) : '', '≤ 50 %'],
      ['memory that the steps took', memoryText(plain), ''],
      ['a step with blocks computed again', seconds(again.step), ''],
      ['memory that those took', memoryText(again), '≤ 2 times'],
    ],
    notes: [
      `float32, medians of ${ROUNDS}, each form in a process of its own. The plain 3x3 convolution (320 channels, 64x64), in turn with the steps, ran at ${plain.convolution.toFixed(0)} GFLOP/s.`,
      torch
        ? `PyTorch ${torch.version} as installed, ${torch.threads} threads, right after: the same network in plain layers, with torch.optim.AdamW.`
        : 'PyTorch beside it: name a Python that can import torch in IMPASTO_BENCH_PYTHON.',
      leastNote,
    ],
  };
}

/** Of forward and backward, which computes each product twice: towards the input and towards the weight. */
function gflopOf({ config, weights }: Network<UNetConfig>): number {
  const size = { height: SIZE, width: SIZE };
  const graph = unet2dCondition({
    ...size,
    config,
    parameters: parameters(weights),
    attention: 'plain',
    closed: true,
  });
  return (3 * countOperations(graph, { B: ROWS, contextTokens: 1 }).total) / 1e9;
}

export const leastNote =
  'Memory: the most that the process had, less what it had before the session was opened. The least: weights, AdamW’s averages if it runs, and what the graph’s values, gradients included, take at once when each goes after its last use.';

export function memoryText({ memory, least }: MeasuredTraining): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  return `${megabytes(memory)}, ${(memory / least).toFixed(2)} times the least (${megabytes(least)})`;
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
