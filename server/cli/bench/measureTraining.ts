import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import type { Network } from '../../../models/catalog/modelParts.ts';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { peakBytes } from '../../../models/graph/peakBytes.ts';
import { simplify } from '../../../models/graph/simplify.ts';
import { Adam } from '../../../models/optimisers/adam.ts';
import { gpuDevices } from '../../../models/runtime/device.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { denoiserTrainingGraph } from '../../../models/training/finetune/denoiserTrainingGraph.ts';
import { openDenoiserTraining } from '../../../models/training/finetune/openDenoiserTraining.ts';
import { engineEnvironment } from '../../engine/engineEnvironment.ts';
import { convolutionRate } from './convolutionRate.ts';
import { peakMemory } from './machine.ts';
import { secondsOf } from './rateUNet.ts';
import { median } from './table.ts';

const workSchema = z.object({
  /** A diffusion model's folder. */
  folder: z.string(),
  device: z.enum(['cpu', ...gpuDevices]),
  rows: z.int(),
  /** Of the square latents. */
  size: z.int(),
  tokens: z.int(),
  /** Keeps what each block hands on and computes the rest again. */
  recompute: z.boolean(),
  /** Steps of AdamW follow the gradients. */
  update: z.boolean(),
  rounds: z.int(),
});
export type TrainingWork = z.infer<typeof workSchema>;

const measuredSchema = z.object({
  /** In seconds: to open the session, a whole step, and AdamW's part of it; medians. */
  opening: z.number(),
  step: z.number(),
  update: z.number(),
  /** Of the plain convolution, in turn with the steps, in GFLOP/s. */
  convolution: z.number(),
  /** Bytes that the process had at most, less what it had before. */
  memory: z.number(),
  /** The least that it could have been: weights, averages, and what the gradients have to hold at once. */
  least: z.number(),
});
export type MeasuredTraining = z.infer<typeof measuredSchema>;

const ASKED = 'IMPASTO_BENCH_TRAINING';

/** Measures steps of training a UNet in a process of its own, in an engine's environment. */
export async function measureTraining(work: TrainingWork): Promise<MeasuredTraining> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...engineEnvironment(), [ASKED]: JSON.stringify(work) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return measuredSchema.parse(JSON.parse(await text(child.stdout)));
}

/** Does what another process was started for by `measureTraining`; false where this one was not. */
export async function asTraining(): Promise<boolean> {
  const asked = process.env[ASKED];
  if (asked === undefined) return false;
  process.stdout.write(JSON.stringify(await measure(workSchema.parse(JSON.parse(asked)))));
  return true;
}

async function measure(work: TrainingWork): Promise<MeasuredTraining> {
  const { folder, device, rounds } = work;
  const { parts } = await openDiffusionModel(folder, { pool: new SessionPool({ budgetBytes: 1e9 }), device });
  const batch = batchOf(work, parts.unet.config);
  const least = leastMemory(parts.unet, work);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const { model, values } = await openDenoiserTraining(parts.unet, { ...formOf(work), device });
  const opening = (performance.now() - start) / 1000;
  const optimiser = work.update
    ? new Adam(model.parameters, { learningRate: 1e-6, weightDecay: 0.01, form: 'adamw' })
    : undefined;
  const times = { step: [] as number[], update: [] as number[], convolution: [] as number[] };
  const takeStep = async (): Promise<void> => {
    let update = 0;
    const step = await secondsOf(async () => {
      const { gradients } = await model.evaluate(values, batch);
      update = await secondsOf(async () => optimiser?.step(values, gradients));
    });
    times.step.push(step);
    times.update.push(update);
  };
  await takeStep();
  await takeStep();
  // Before the convolution takes its own; the first step is slower, and the second follows no convolution.
  const memory = (peakMemory(process.pid) ?? process.memoryUsage().rss) - before;
  times.step.length = times.update.length = 0;
  for (let round = 0; round < rounds; round++) {
    times.convolution.push(await convolutionRate(device, 3));
    await takeStep();
  }
  const { step, update, convolution } = times;
  return {
    opening,
    step: median(step),
    update: median(update),
    convolution: median(convolution),
    memory,
    least,
  };
}

function batchOf({ rows, size, tokens }: TrainingWork, config: UNetConfig) {
  const random = new TorchGenerator(1n);
  const shape = [rows, config.inChannels, size, size];
  return {
    latent: random.randn(shape),
    target: random.randn(shape),
    timesteps: { shape: [rows], data: Float32Array.from({ length: rows }, (_, i) => 100 + 200 * i) },
    context: random.randn([rows, tokens, config.crossAttentionDim]),
  };
}

const formOf = ({ size, recompute }: TrainingWork) => ({ height: size, width: size, recompute });

function leastMemory(unet: Network<UNetConfig>, work: TrainingWork): number {
  const { graph, parameters } = denoiserTrainingGraph(unet, formOf(work));
  const weights = [...parameters.trained.values()]
    .map(({ shape }) => shape.reduce((product: number, dim) => product * Number(dim), 4))
    .reduce((sum, bytes) => sum + bytes, 0);
  const averages = work.update ? 2 * weights : 0;
  return weights + averages + peakBytes(simplify(graph), { B: work.rows, contextTokens: work.tokens });
}
