import type { FloatArray } from './optimiser.ts';
import type { Round } from './precision.ts';

export interface AdamArrays {
  readonly values: FloatArray;
  readonly gradients: FloatArray;
  /** Running average of the gradients. */
  readonly first: FloatArray;
  /** Running average of their squares. */
  readonly second: FloatArray;
}

/** What a step of Adam is computed with; the same for all values. */
export interface AdamNumbers {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** How far to go: the learning rate, corrected for the averages' bias. */
  readonly stepSize: number;
  /** The root of the second average is divided by this before epsilon is added. */
  readonly rootScale: number;
  /** Values are multiplied by this first (AdamW's weight decay). */
  readonly shrink: number;
  /** This share of the values is added to their gradients (Adam's weight decay). */
  readonly decay: number;
}

/** Changes all arrays but the gradients in place. */
export type AdamStep = (arrays: AdamArrays, numbers: AdamNumbers) => void;

/**
 * One step of Adam in one pass over the memory. Operations are rounded one by one, as PyTorch's are, which run one after the
 * other over whole tensors; `a + b * c` is rounded once where PyTorch's compiler fuses it. What a training runs is
 * adamVectors, of which this is the meaning.
 */
export function adamLoop(arrays: AdamArrays, numbers: AdamNumbers, round: Round): void {
  const { values, gradients, first, second } = arrays;
  const [beta1, rest1] = [round(numbers.beta1), round(1 - numbers.beta1)];
  const [beta2, rest2] = [round(numbers.beta2), round(1 - numbers.beta2)];
  const [shrink, decay, epsilon] = [round(numbers.shrink), round(numbers.decay), round(numbers.epsilon)];
  const [step, rootScale] = [round(-numbers.stepSize), round(numbers.rootScale)];
  for (let i = 0; i < values.length; i++) {
    const value = round(values[i]! * shrink);
    const gradient = decay === 0 ? gradients[i]! : round(gradients[i]! + decay * values[i]!);
    const average = round(round(first[i]! * beta1) + rest1 * gradient);
    const square = round(round(second[i]! * beta2) + round(rest2 * gradient) * gradient);
    first[i] = average;
    second[i] = square;
    const root = round(round(round(Math.sqrt(square)) / rootScale) + epsilon);
    values[i] = value + round(round(step * average) / root);
  }
}
