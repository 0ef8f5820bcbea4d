import { checkSettings } from './checkSettings.ts';
import type { FloatArray, OptimiserState, Parameter } from './optimiser.ts';
import { restoreBuffers, restoreNumber, stateBuffers, stateNumber } from './optimiserState.ts';

/**
 * A running average of weights over the steps of a training (EMA), which makes better pictures than the last weights.
 * It starts as a copy of `values`; the n-th update keeps the share `decay`, or `(1 + n) / (10 + n)` where that is less, so that
 * the start is forgotten soon.
 */
export class ExponentialAverage {
  /** In the order of the parameters; overwritten by each update. */
  readonly values: readonly FloatArray[];
  readonly #parameters: readonly Parameter[];
  readonly #decay: number;
  #updates = 0;

  constructor(parameters: readonly Parameter[], values: readonly FloatArray[], decay: number) {
    checkSettings({}, { decay });
    this.#parameters = parameters;
    this.#decay = decay;
    this.values = values.map((array) => array.slice());
  }

  update(values: readonly FloatArray[]): void {
    this.#updates++;
    const decay = Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates));
    for (let k = 0; k < values.length; k++) blend(this.values[k]!, values[k]!, decay);
  }

  state(): OptimiserState {
    return new Map([
      ['updates', stateNumber(this.#updates)],
      ...stateBuffers('average', this.#parameters, this.values),
    ]);
  }

  /** Throws OptimiserError `state`. */
  restore(state: OptimiserState): void {
    const updates = restoreNumber(state, 'updates');
    restoreBuffers(state, 'average', { parameters: this.#parameters, buffers: this.values });
    this.#updates = updates;
  }
}

function blend(average: FloatArray, values: FloatArray, decay: number): void {
  for (let i = 0; i < average.length; i++) {
    average[i] = decay * average[i]! + (1 - decay) * values[i]!;
  }
}
