import type { Picture } from '../../models/image/picture.ts';
import type { TrainingEnd, TrainingStep } from '../../models/training/trainer/trainingOptions.ts';
import type { StepReport } from '../contract/node.ts';

export interface TrainingWatch {
  /** A picture is made after the first step, the last, and every so many between. */
  readonly every: number;
  step(report: StepReport): void;
  picture(values: readonly Float32Array[]): Promise<Picture>;
  warn(notice: string): void;
}

/** Follows a training to its end, and shows its steps: losses, the gradient's length and the rate as curves, and pictures. */
export async function watchTraining(
  training: AsyncGenerator<TrainingStep, TrainingEnd>,
  { every, step, picture, warn }: TrainingWatch,
): Promise<TrainingEnd> {
  for (;;) {
    const { done, value } = await training.next();
    if (done) return value;
    const { step: number, of, losses, total, gradientNorm, learningRate, values, averages, notice } = value;
    if (notice !== undefined) warn(notice);
    const shown = number === 1 || number === of || number % every === 0;
    // Made now: the next step changes the weights.
    const made = shown ? await picture(averages ?? values) : undefined;
    step({
      step: number,
      of,
      losses: Object.fromEntries(losses.size > 1 ? [...losses, ['total', total]] : losses),
      values: { gradient: gradientNorm, 'learning rate': learningRate },
      ...(made ? { picture: made } : {}),
    });
  }
}
