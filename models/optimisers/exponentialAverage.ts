import { checkSettings } from './checkSettings.ts';
import type { OptimiserState, Parameter } from './optimiser.ts';
import { restoreBuffers, restoreNumber, stateBuffers, stateNumber } from './optimiserState.ts';
import { difference, sumWithProduct } from './vectors/vectorCode.ts';
import { vectorLoop } from './vectors/vectorLoop.ts';

/** As a difference, so that what stays the same stays so to the bit: shares in float32 do not add up to one. */
const approach = vectorLoop({
  arrays: ['average', 'values'],
  changed: ['average'],
  numbers: ['share'],
  body: ({ get, set }) => [
    set('values', difference(get('values'), get('average'))),
    set('average', sumWithProduct(get('average'), get('share'), get('values'))),
  ],
});

/**
 * A running average of weights over the steps of a training (EMA), which makes better pictures than the last weights.
 * It starts as a copy of `values`; the n-th update keeps the share `decay`, or `(1 + n) / (10 + n)` where that is less, so that
 * the start is forgotten soon.
 */
export class ExponentialAverage {
  /** In the order of the parameters; overwritten by each update. */
  readonly values: readonly Float32Array[];
  readonly #parameters: readonly Parameter[];
  readonly #decay: number;
  #updates = 0;

  constructor(parameters: readonly Parameter[], values: readonly Float32Array[], decay: number) {
    checkSettings({}, { decay });
    this.#parameters = parameters;
    this.#decay = decay;
    this.values = values.map((array) => array.slice());
  }

  update(values: readonly Float32Array[]): void {
    this.#updates++;
    const decay = Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates));
    for (const [i, average] of this.values.entries()) {
      approach({ average, values: values[i]! }, { share: 1 - decay });
    }
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
