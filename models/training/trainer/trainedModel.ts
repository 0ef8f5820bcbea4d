import type { Parameter } from '../../optimisers/optimiser.ts';
import type { Feed } from '../../runtime/openSession.ts';
import type { StepRandom } from './stepRandom.ts';

/** What a step learns from: inputs of the graph by name. */
export type Batch = Readonly<Record<string, Feed>>;

/**
 * The batch of a step, counted from 1. It must depend on nothing but the step and `random`, which begins anew at every step:
 * then a training that goes on from a checkpoint sees the same batches.
 */
export type BatchSource = (step: number, random: StepRandom) => Promise<Batch>;

/** The losses of a batch and their gradients. */
export interface TrainingEvaluation {
  /** By the terms' names, not weighted. */
  readonly losses: ReadonlyMap<string, number>;
  /** The weighted sum, which the gradients are of. */
  readonly total: number;
  /** In the parameters' order. They may be changed, and be overwritten by the next evaluation. */
  readonly gradients: readonly Float32Array[];
}

/** Anything with weights and losses that can be trained. */
export interface TrainedModel {
  readonly parameters: readonly Parameter[];
  evaluate(values: readonly Float32Array[], batch: Batch): Promise<TrainingEvaluation>;
}
