import { gradient } from '../../../../../models/gradients/gradient.ts';
import type { Value } from '../../../../../models/graph/value.ts';
import { openSession } from '../../../../../models/runtime/openSession.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import {
  harmonyTraining,
  type HarmonyTraining,
} from '../../../../../models/training/phdiffusion/harmonyTraining.ts';
import { gradientTolerance, nearly, type HarmonyCase } from './harmonyCase.ts';

/** What lies between a step's inputs and its losses, and the gradients there. */
export async function compareInside(step: HarmonyCase, batch: Record<string, Tensor>): Promise<void> {
  const { report, forward, losses, models } = step;
  const training = await harmonyTraining(step.networks, step.shape);
  const { graph, terms, features, noisePrediction, predictedClean, predictedPixels, style } = training;
  const differentiated = new Map([
    ['eps', noisePrediction],
    ['pred_x0', predictedClean],
    ...features.map((feature, level) => [`feature_${level}`, feature] as const),
  ]);
  const total = [...terms.values()]
    .map(({ value, weight }) => value.mul(weight))
    .reduce((sum, each) => sum.add(each));
  const gradients = gradient(total, [...differentiated.values()]);
  const shown = new Map([...differentiated, ['pred_image', predictedPixels] as const, ...innerLosses(style)]);
  for (const [i, name] of [...differentiated.keys()].entries()) shown.set(`grad_${name}`, gradients[i]!);
  for (const [name, value] of shown) graph.output(name, value);
  const session = await openSession(graph, { device: models.device });
  const results = await session.run({ ...batch, ...(await weights(training)) }, [...shown.keys()]);
  await session.release();
  for (const [name, found] of results) {
    const file = [forward, losses].find((each) => each?.has(name));
    if (!file) continue;
    const expected = await file.get(name);
    const tolerance = name.startsWith('grad') ? gradientTolerance(expected, step) : nearly(expected);
    report.values(name, found.data, expected.data, tolerance);
  }
}

async function weights({ trained }: HarmonyTraining): Promise<Record<string, Tensor>> {
  const read = [...trained].map(async ([name, { value, read: values }]): Promise<[string, Tensor]> => [
    name,
    { shape: value.shape as number[], data: await values() },
  ]);
  return Object.fromEntries(await Promise.all(read));
}

/** Values inside the losses, by their golden names. */
function innerLosses({ styles, contents, contrast }: HarmonyTraining['style']): Map<string, Value> {
  const statistics = styles.flatMap(({ prediction, style }, layer): [string, Value][] => [
    [`style.${layer}.pred_mean`, prediction.mean],
    [`style.${layer}.pred_std`, prediction.deviation],
    [`style.${layer}.style_mean`, style.mean],
    [`style.${layer}.style_std`, style.deviation],
  ]);
  return new Map([
    ...statistics,
    ['relu4_1.pred', contents.prediction],
    ['relu4_1.comp', contents.composite],
    ['contra.0.anchor', contrast.anchor.slice(0, 1)],
    ['contra.0.keys', contrast.keys.slice(0, 1)],
    ['contra.0.logits', contrast.logits.slice(0, 1)],
  ]);
}
