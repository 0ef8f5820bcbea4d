import { globalNorm } from '../../../../../models/optimisers/globalNorm.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import {
  HARMONY_OPTIMISER,
  HARMONY_RATE,
  openHarmonyTraining,
} from '../../../../../models/training/phdiffusion/openHarmonyTraining.ts';
import { train } from '../../../../../models/training/trainer/train.ts';
import type { TrainedModel } from '../../../../../models/training/trainer/trainedModel.ts';
import type { TrainingSettings } from '../../../../../models/training/trainer/trainingSettings.ts';
import type { KindRun } from '../kind.ts';
import { compareLosses } from './compareLosses.ts';
import { gradientTolerance, largest, type HarmonyCase } from './harmonyCase.ts';

/** One step of the trainer: the losses that it tells, the gradients that it goes by, and the weights that it leaves. */
export async function compareTrained(step: HarmonyCase, batch: Record<string, Tensor>): Promise<void> {
  const { networks, shape, models, golden } = step;
  const { model, values, session } = await openHarmonyTraining(networks, shape, models.device);
  const before = values.map((each) => each.slice());
  const gradients: Float32Array[] = [];
  const training = train({
    model: observed(model, gradients),
    values,
    batch: async () => batch,
    settings: settingsOf(golden),
  });
  for await (const { losses, total } of training) {
    compareLosses(step, '', { ...Object.fromEntries(losses), total });
  }
  await session.release();
  const found = model.parameters.map(({ name }, i): [string, TrainedWeight] => [
    name,
    { before: before[i]!, grad: gradients[i]!, after: values[i]! },
  ]);
  await compareWeights(step, new Map(found));
}

/** Keeps the gradients of its evaluations, which the trainer may change. */
function observed(model: TrainedModel, kept: Float32Array[]): TrainedModel {
  return {
    parameters: model.parameters,
    evaluate: async (...given) => {
      const evaluation = await model.evaluate(...given);
      kept.splice(0, Infinity, ...evaluation.gradients.map((each) => each.slice()));
      return evaluation;
    },
  };
}

interface GoldenOptimiser {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weight_decay?: number;
}

const statedOptimiser = (golden: KindRun['golden']): GoldenOptimiser =>
  (golden.object('config') as { optimizer?: GoldenOptimiser }).optimizer ?? {};

function settingsOf(golden: KindRun['golden']): TrainingSettings {
  const { lr = HARMONY_RATE, betas, eps, weight_decay: weightDecay } = statedOptimiser(golden);
  const stated = {
    ...(betas && { beta1: betas[0], beta2: betas[1] }),
    ...(eps !== undefined && { epsilon: eps }),
    ...(weightDecay !== undefined && { weightDecay }),
  };
  return {
    steps: 1,
    seed: '0',
    optimiser: { ...HARMONY_OPTIMISER, ...stated },
    schedule: { kind: 'constant', learningRate: lr },
    task: { kind: 'phdiffusion' },
  };
}

type TrainedWeight = Readonly<Record<'before' | 'grad' | 'after', Float32Array>>;

async function compareWeights(step: HarmonyCase, found: ReadonlyMap<string, TrainedWeight>): Promise<void> {
  const { golden, report, params } = step;
  const stats = golden.object('gradient_and_update_stats') as Readonly<Record<string, { grad_l2?: number }>>;
  for (const [name, { grad }] of found) {
    const norm = stats[name]?.grad_l2;
    if (norm !== undefined) report.values(`|grad ${name}|`, [globalNorm([grad])], [norm], 2e-3 * norm);
  }
  for (const label of params?.names ?? []) {
    const [, kind, name = ''] = /^(grad|before|after):(.*?)(?:\[0:\d+\])?$/.exec(label) ?? [];
    const weight = found.get(name);
    if (!weight) continue;
    const expected = await params!.get(label);
    const values = weight[kind as keyof TrainedWeight].subarray(0, expected.data.length);
    if (kind === 'before') report.values(label, values, expected.data, 0);
    else if (kind === 'grad') report.values(label, values, expected.data, gradientTolerance(expected, step));
    else await compareAfter(step, label, { found: values, expected });
  }
}

/** The first step of Adam goes by the gradient's sign: where that is next to nothing, it may go either way. */
async function compareAfter(
  { golden, report, params }: HarmonyCase,
  label: string,
  { found, expected }: { found: Float32Array; expected: Tensor },
): Promise<void> {
  const grad = (await params!.get(label.replace('after:', 'grad:'))).data;
  const least = 1e-4 * largest(grad);
  const sure = (values: Float32Array) => values.filter((_, i) => Math.abs(grad[i]!) > least);
  const unsure = (values: Float32Array) => values.filter((_, i) => !(Math.abs(grad[i]!) > least));
  report.values(label, sure(found), sure(expected.data), 1e-5);
  const rate = statedOptimiser(golden).lr ?? HARMONY_RATE;
  report.values(`${label}, small gradients`, unsure(found), unsure(expected.data), 2 * rate);
}
