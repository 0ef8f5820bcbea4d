import type { BatchSource, TrainedModel } from './trainedModel.ts';
import type { TrainingSettings } from './trainingSettings.ts';

export interface CheckpointOptions {
  readonly path: string;
  /** After so many steps it is written. */
  readonly every: number;
  /**
   * What becomes of a checkpoint that was made with other settings: `refuse` (unless given) says what differs, `go-on` takes
   * it all the same, `begin-again` starts anew and writes over it, also over one that cannot be read.
   */
  readonly otherSettings?: 'refuse' | 'go-on' | 'begin-again';
}

export interface TrainingOptions {
  readonly model: TrainedModel;
  /** The weights to begin with, in the order of the model's parameters; they are changed in place. */
  readonly values: readonly Float32Array[];
  readonly batch: BatchSource;
  readonly settings: TrainingSettings;
  /** Where and how often the training is kept; without, nothing is. */
  readonly checkpoint?: CheckpointOptions;
  /** Aborted to pause or to end it: see train. */
  readonly signal?: AbortSignal;
}

/** A step that was taken. */
export interface TrainingStep {
  /** From 1. */
  readonly step: number;
  readonly of: number;
  /** Losses by term, not weighted, and their weighted sum, all before the step. */
  readonly losses: ReadonlyMap<string, number>;
  readonly total: number;
  readonly learningRate: number;
  /** Before it was clipped. */
  readonly gradientNorm: number;
  /** The weights after the step; the next one changes them. */
  readonly values: readonly Float32Array[];
  /** Their running average, where one is kept. */
  readonly averages: readonly Float32Array[] | undefined;
  /** A sentence about something that went wrong and did not end the training. */
  readonly notice?: string;
}

export interface TrainingEnd {
  readonly reason: 'done' | 'stopped';
  /** Steps done in all. */
  readonly step: number;
  readonly averages: readonly Float32Array[] | undefined;
}
