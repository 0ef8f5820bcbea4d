import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import type { Network } from '../../../models/catalog/modelParts.ts';
import { openDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { peakBytes } from '../../../models/graph/peakBytes.ts';
import { simplify } from '../../../models/graph/simplify.ts';
import { Adam } from '../../../models/optimisers/adam.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { denoiserTrainingGraph } from '../../../models/training/finetune/denoiserTrainingGraph.ts';
import { openDenoiserTraining } from '../../../models/training/finetune/openDenoiserTraining.ts';
import { engineEnvironment } from '../../engine/engineEnvironment.ts';
import { peakMemory } from './machine.ts';
import { secondsOf } from './rateUNet.ts';
import { timedStepsSchema, timeSteps } from './timeSteps.ts';
import { workSchema, type TrainingWork } from './trainingWork.ts';

const measuredSchema = timedStepsSchema.extend({
  /** Seconds that opening the session took. */
  opening: z.number(),
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
  const { folder, device } = work;
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
  const takeStep = async () => {
    let update = 0;
    const step = await secondsOf(async () => {
      const { gradients } = await model.evaluate(values, batch);
      update = await secondsOf(async () => optimiser?.step(values, gradients));
    });
    return { step, update };
  };
  await takeStep();
  await takeStep();
  // Before convolutions take their own; the first step is slower, and the second follows no convolution.
  const memory = (peakMemory(process.pid) ?? process.memoryUsage().rss) - before;
  return { opening, memory, least, ...(await timeSteps(takeStep, { work, unet: parts.unet })) };
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
