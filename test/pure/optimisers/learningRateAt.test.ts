import { expect, it } from 'vitest';
import { learningRateAt, type LearningRateSchedule } from '../../../models/optimisers/learningRateAt.ts';

const rates = (schedule: LearningRateSchedule, steps: readonly number[]) =>
  steps.map((step) => learningRateAt(schedule, step));

it('StepLR: the golden run of DiffusionCLIP, whose epochs have two steps', () => {
  const schedule = { kind: 'step', learningRate: 4e-4, every: 2, factor: 1.3 } as const;
  expect(rates(schedule, [0, 1, 2, 3])).toEqual([4e-4, 4e-4, 0.0005200000000000001, 0.0005200000000000001]);
});

it('half a cosine, and then its minimum', () => {
  const schedule = { kind: 'cosine', learningRate: 1, steps: 4, minimum: 0.2 } as const;
  const expected = [1, 0.6 + 0.4 * Math.SQRT1_2, 0.6, 0.6 - 0.4 * Math.SQRT1_2, 0.2, 0.2];
  for (const [i, rate] of rates(schedule, [0, 1, 2, 3, 4, 9]).entries())
    expect(rate).toBeCloseTo(expected[i]!, 12);
});

it('a warm-up rises to the learning rate and then hands over to the schedule', () => {
  const schedule = { kind: 'step', learningRate: 0.8, warmUp: 4, every: 1, factor: 0.5 } as const;
  expect(rates(schedule, [0, 1, 2, 3, 4, 5])).toEqual([0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.4]);
});

it('numbers that no schedule can have are refused', () => {
  expect(() => learningRateAt({ kind: 'constant', learningRate: -1 }, 0)).toThrow('learningRate is -1');
});
