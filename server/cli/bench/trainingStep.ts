import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { countOperations } from '../../../models/graph/countOperations.ts';
import { Adam } from '../../../models/optimisers/adam.ts';
import type { Device } from '../../../models/runtime/device.ts';
import { physicalCores } from '../../../models/runtime/physicalCores.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { openDenoiserTraining } from '../../../models/training/finetune/openDenoiserTraining.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import { engineEnvironment } from '../../engine/engineEnvironment.ts';
import type { BenchPlace } from './benchEngine.ts';
import { convolutionRate } from './convolutionRate.ts';
import { peakMemory } from './machine.ts';
import { secondsOf } from './rateUNet.ts';
import { median, type Table } from './table.ts';
import { torchTimes } from './torchTimes.ts';

const ROWS = 4;
const SIZE = 64;
const ROUNDS = 7;
const forms = ['plain', 'recompute'] as const;
type Form = (typeof forms)[number];

const ASKED = 'IMPASTO_BENCH_TRAINING';

interface Measured {
  readonly opening: number;
  readonly step: number;
  /** Part of it. */
  readonly update: number;
  /** Of the plain convolution, in turn with the steps, in GFLOP/s. */
  readonly convolution: number;
  /** Bytes: of the process before the session was opened, and at most. */
  readonly before: number;
  readonly peak: number;
}

const measuredSchema = z.object({
  opening: z.number(),
  step: z.number(),
  update: z.number(),
  convolution: z.number(),
  before: z.number(),
  peak: z.number(),
});

/** Steps of training the built-in model's UNet, beside the plain convolution and PyTorch on the same machine. */
export async function trainingStep({ root, device }: BenchPlace): Promise<Table> {
  const [plain, recompute] = [await inProcess('plain'), await inProcess('recompute')];
  const { config, weights } = await builtinUNet(root, device);
  const graph = unet2dCondition({
    config,
    height: SIZE,
    width: SIZE,
    parameters: parameters(weights),
    attention: 'plain',
    closed: true,
  });
  // Backward computes each product twice: towards the input and towards the weight.
  const gflop = (3 * countOperations(graph, { B: ROWS, contextTokens: 1 }).total) / 1e9;
  const work = {
    config,
    train: true,
    rows: ROWS,
    size: SIZE,
    tokens: 1,
    rounds: 3,
    threads: physicalCores(),
  };
  const torch = device === 'cpu' ? await torchTimes(root, work) : undefined;
  const rate = gflop / plain.step;
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
      ['with blocks computed again', seconds(recompute.step), ''],
      ['memory that the steps took', megabytes(plain), ''],
      ['with blocks computed again', megabytes(recompute), ''],
    ],
    notes: [
      `float32, medians of ${ROUNDS}, each form in a process of its own. The plain 3x3 convolution (320 channels, 64x64), in turn with the steps, ran at ${plain.convolution.toFixed(0)} GFLOP/s.`,
      torch
        ? `PyTorch ${torch.version} as installed, ${torch.threads} threads, right after: the same network in plain layers, with torch.optim.AdamW.`
        : 'PyTorch beside it: name a Python that can import torch in IMPASTO_BENCH_PYTHON.',
      'Memory: the most that the process had, less what it had before the session was opened.',
    ],
  };
}

/** Does what another process was started for by `inProcess`; false where this one was not. */
export async function asTraining(root: string, device: Device): Promise<boolean> {
  const form = forms.find((each) => each === process.env[ASKED]);
  if (!form) return false;
  process.stdout.write(JSON.stringify(await measure(await builtinUNet(root, device), form, device)));
  return true;
}

async function inProcess(form: Form): Promise<Measured> {
  const env = { ...engineEnvironment(), [ASKED]: form };
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return measuredSchema.parse(JSON.parse(await text(child.stdout)));
}

type UNet = Parameters<typeof openDenoiserTraining>[0];

async function measure(unet: UNet, form: Form, device: Device): Promise<Measured> {
  const { config } = unet;
  const random = new TorchGenerator(1n);
  const shape = [ROWS, config.inChannels, SIZE, SIZE];
  const batch = {
    latent: random.randn(shape),
    target: random.randn(shape),
    timesteps: { shape: [ROWS], data: Float32Array.from({ length: ROWS }, (_, i) => 100 + 200 * i) },
    context: random.randn([ROWS, 1, config.crossAttentionDim]),
  };
  const before = process.memoryUsage().rss;
  const size = { height: SIZE, width: SIZE };
  const start = performance.now();
  const { model, values } = await openDenoiserTraining(unet, {
    ...size,
    device,
    recompute: form === 'recompute',
  });
  const opening = (performance.now() - start) / 1000;
  const optimiser = new Adam(model.parameters, { learningRate: 1e-6, weightDecay: 0.01, form: 'adamw' });
  const times = { step: [] as number[], update: [] as number[], convolution: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const update: number[] = [];
    const step = await secondsOf(async () => {
      const { gradients } = await model.evaluate(values, batch);
      update.push(await secondsOf(async () => optimiser.step(values, gradients)));
    });
    const convolution = await convolutionRate(device, 3);
    if (round === 0) continue;
    times.step.push(step);
    times.update.push(update[0]!);
    times.convolution.push(convolution);
  }
  return {
    opening,
    step: median(times.step),
    update: median(times.update),
    convolution: median(times.convolution),
    before,
    peak: peakMemory(process.pid) ?? process.memoryUsage().rss,
  };
}

async function builtinUNet(root: string, device: Device): Promise<UNet> {
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const { parts } = await openDiffusionModel(join(root, 'models/builtin/model'), { pool, device });
  return parts.unet;
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const megabytes = ({ before, peak }: Measured): string => `${((peak - before) / 1e6).toFixed(0)} MB`;
