import { Adam, type AdamSettings } from '../../optimisers/adam.ts';
import type { LearningRateSchedule } from '../../optimisers/learningRateAt.ts';
import type { Optimiser, Parameter } from '../../optimisers/optimiser.ts';
import { Sgd, type SgdSettings } from '../../optimisers/sgd.ts';

export type OptimiserChoice =
  | ({ readonly kind: 'adam' | 'adamw' } & Omit<AdamSettings, 'learningRate' | 'form' | 'precision'>)
  | ({ readonly kind: 'sgd' } & Omit<SgdSettings, 'learningRate' | 'precision'>);

/** Numbers, texts and lists of them by name, as JSON keeps them. */
export type PlainValue =
  number | string | boolean | null | readonly PlainValue[] | { readonly [name: string]: PlainValue };

/** All that a training's numbers depend on, as plain data: kept with its checkpoints and compared when it goes on. */
export interface TrainingSettings {
  /** How many steps; a training that has ended goes on when there are more. */
  readonly steps: number;
  /** Below 2^64, in decimal digits. */
  readonly seed: string;
  readonly optimiser: OptimiserChoice;
  readonly schedule: LearningRateSchedule;
  /** Gradients that are longer together are shortened to this. */
  readonly clipNorm?: number;
  /** Keeps a running average of the weights, with this decay. */
  readonly averageDecay?: number;
  /** What is trained, with what losses and pictures: whatever else must be the same for the same numbers. */
  readonly task: { readonly [name: string]: PlainValue };
}

/** Throws OptimiserError `settings`. */
export function makeOptimiser(parameters: readonly Parameter[], settings: TrainingSettings): Optimiser {
  const { optimiser, schedule } = settings;
  const { learningRate } = schedule;
  return optimiser.kind === 'sgd'
    ? new Sgd(parameters, { ...optimiser, learningRate })
    : new Adam(parameters, { ...optimiser, learningRate, form: optimiser.kind });
}
