import { globalNorm } from '../../optimisers/globalNorm.ts';
import type { TrainedModel, TrainingEvaluation } from './trainedModel.ts';

/**
 * What of an evaluation, with gradients of that global norm, is not a finite number, as the beginning of a sentence;
 * undefined when all is.
 */
export function notFinite(
  model: TrainedModel,
  evaluation: TrainingEvaluation,
  norm: number,
): string | undefined {
  for (const [name, value] of evaluation.losses) {
    if (!Number.isFinite(value)) return `The loss '${name}' is ${value}`;
  }
  const { total, gradients } = evaluation;
  if (!Number.isFinite(total)) return `The sum of the losses is ${total}`;
  if (Number.isFinite(norm)) return undefined;
  const wrong = gradients.findIndex((gradient) => !Number.isFinite(globalNorm([gradient])));
  return `The gradient of '${model.parameters[wrong]?.name}' is not finite`;
}
