import type { Picture } from '../../models/image/picture.ts';
import { SamplingError } from '../../models/sampling/samplingError.ts';
import type { TrainingEnd, TrainingStep } from '../../models/training/trainer/trainingOptions.ts';
import type { StepReport } from '../contract/node.ts';

export interface TrainingWatch {
  /** A picture is made after the first step, the last, and every so many between. */
  readonly every: number;
  step(report: StepReport): void;
  picture(values: readonly Float32Array[]): Promise<Picture>;
  warn(notice: string): void;
}

/**
 * Follows a training to its end, and shows its steps: losses, the gradient's length and the rate as curves, and pictures.
 * Throws what these throw; what was learnt is kept then, too.
 */
export async function watchTraining(
  training: AsyncGenerator<TrainingStep, TrainingEnd>,
  watch: TrainingWatch,
): Promise<TrainingEnd> {
  try {
    for (;;) {
      const { done, value } = await training.next();
      if (done) return value;
      if (value.notice !== undefined) watch.warn(value.notice);
      await show(value, watch);
    }
  } catch (error) {
    // Thrown where the training waits, so that it keeps what it has; one that has ended by itself throws it on.
    await training.throw(error);
    throw error;
  }
}

/**
 * The picture is made before the next step, which changes the weights. The step was taken, also when the picture is not: a
 * pause may stop that, and what goes on does so behind the step.
 */
async function show(taken: TrainingStep, watch: TrainingWatch): Promise<void> {
  const { step: number, of, losses, total, gradientNorm, learningRate } = taken;
  const isShown = number === 1 || number === of || number % watch.every === 0;
  let picture: Picture | undefined;
  try {
    if (isShown) picture = await pictureOf(taken, watch);
  } finally {
    watch.step({
      step: number,
      of,
      losses: Object.fromEntries(losses.size > 1 ? [...losses, ['total', total]] : losses),
      values: { gradient: gradientNorm, 'learning rate': learningRate },
      ...(picture ? { picture } : {}),
    });
  }
}

/** Weights that have gone too far may give a loss still, and no picture any more: that does not end a training. */
async function pictureOf(
  { step, values, averages }: TrainingStep,
  { picture, warn }: TrainingWatch,
): Promise<Picture | undefined> {
  try {
    return await picture(averages ?? values);
  } catch (error) {
    if (!(error instanceof SamplingError && error.code === 'not-finite')) throw error;
    warn(`After step ${step} the model makes no picture: ${error.message}`);
    return undefined;
  }
}
