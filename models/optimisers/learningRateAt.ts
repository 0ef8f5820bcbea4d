import { checkSettings } from './checkSettings.ts';

/** How the learning rate goes on, as plain data, so that it can be kept and compared. Steps count from 0. */
export type LearningRateSchedule = { readonly learningRate: number; readonly warmUp?: number } & (
  | { readonly kind: 'constant' }
  /** Multiplied by `factor` after every `every` steps (torch's StepLR). */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  /** Half a cosine down to `minimum` within `steps`, where it stays (torch's CosineAnnealingLR). */
  | { readonly kind: 'cosine'; readonly steps: number; readonly minimum?: number }
);

/**
 * The learning rate of a step. During the first `warmUp` steps it rises evenly, from a share of `1 / warmUp` to the whole; then
 * the schedule begins. Throws OptimiserError `settings`.
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number): number {
  const { learningRate, warmUp = 0 } = schedule;
  checkSettings({ learningRate, warmUp });
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  return rateAfter(schedule, step - warmUp);
}

function rateAfter(schedule: LearningRateSchedule, step: number): number {
  const { learningRate } = schedule;
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'step':
      checkSettings({ every: schedule.every, factor: schedule.factor });
      return learningRate * schedule.factor ** Math.floor(step / Math.max(1, schedule.every));
    case 'cosine': {
      const { steps, minimum = 0 } = schedule;
      checkSettings({ steps, minimum });
      const share = steps > 0 ? Math.min(step / steps, 1) : 1;
      return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * share))) / 2;
    }
  }
}
