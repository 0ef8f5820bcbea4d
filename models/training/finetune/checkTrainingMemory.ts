import { ModelError } from '../../architectures/modelError.ts';
import { countElements } from '../../catalog/heldInHalf.ts';
import { freeMemory, type FreeMemory } from '../../runtime/freeMemory.ts';
import type { WeightSource } from '../../weights/weightSource.ts';

/** The weight, its gradient, two averages of the optimiser and one of the weight, a copy while a checkpoint is read. */
const FLOATS_PER_WEIGHT = 6;
/** What a step works on beside the weights. */
const WORKING_BYTES = 0.5e9;

/** Throws ModelError `memory` for a network that cannot be trained in what is free, with the numbers. */
export function checkTrainingMemory(weights: WeightSource, { free }: FreeMemory = freeMemory()): void {
  const needed = countElements(weights) * FLOATS_PER_WEIGHT * 4 + WORKING_BYTES;
  if (needed <= free) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const message = `To train ${weights.title} takes ${gigabytes(needed)} of memory, and ${gigabytes(free)} are free. Close other programs, or train a smaller model.`;
  throw new ModelError('memory', message);
}
