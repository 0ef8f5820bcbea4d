import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { train } from '../../../models/training/trainer/train.ts';
import type {
  CheckpointOptions,
  TrainingEnd,
  TrainingOptions,
  TrainingStep,
} from '../../../models/training/trainer/trainingOptions.ts';
import { lineOptions } from './fakeTraining.ts';

export interface Course {
  readonly steps: TrainingStep[];
  readonly end: TrainingEnd;
}

/** Trains to the end. */
export async function course(options: TrainingOptions, each?: (step: TrainingStep) => void): Promise<Course> {
  const training = train(options);
  const steps: TrainingStep[] = [];
  for (;;) {
    const { done, value } = await training.next();
    if (done) return { steps, end: value };
    steps.push(value);
    each?.(value);
  }
}

/** Leaves the loop after that step. */
export async function trainTo(last: number, options: TrainingOptions): Promise<void> {
  for await (const { step } of train(options)) if (step === last) return;
}

/** Bits of the weights and of the running average. */
export const bits = (options: TrainingOptions, end: TrainingEnd): string[] =>
  [...options.values, ...end.averages!].map((values) => Buffer.from(values.buffer).toString('hex'));

/** A folder for each test, and what is kept in it. */
export function trainingFolder() {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'training-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const at = (...names: string[]): string => join(folder, ...names);
  const path = (): string => at('kept', 'line.safetensors');
  const kept = (every = 5, more: Partial<CheckpointOptions> = {}) => ({
    checkpoint: { path: path(), every, ...more },
  });
  /** The line's training, kept there. */
  const line = (every?: number, more: Partial<TrainingOptions> = {}) =>
    lineOptions({ ...kept(every), ...more });
  return { at, path, kept, line };
}
