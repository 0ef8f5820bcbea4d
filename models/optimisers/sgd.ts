import { checkSettings } from './checkSettings.ts';
import type { FloatArray, Optimiser, OptimiserState, Parameter } from './optimiser.ts';
import { OptimiserError } from './optimiserError.ts';
import { restoreBuffers, restoreNumber, stateBuffers, stateNumber, zeroBuffers } from './optimiserState.ts';
import { roundTo, type Precision, type Round } from './precision.ts';
import { sgdLoop, sgdMomentumLoop, type SgdNumbers } from './sgdLoop.ts';

export interface SgdSettings {
  readonly learningRate: number;
  readonly momentum?: number;
  /** How much of the gradient is left out of the momentum. */
  readonly dampening?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
  readonly precision?: Precision;
}

/** Gradient descent with momentum, as torch.optim.SGD: the momentum begins as the first gradient. */
export class Sgd implements Optimiser {
  learningRate: number;
  readonly #parameters: readonly Parameter[];
  readonly #settings: Required<Omit<SgdSettings, 'learningRate' | 'precision'>>;
  readonly #round: Round;
  /** None without momentum. */
  readonly #momenta: readonly FloatArray[];
  #steps = 0;

  constructor(parameters: readonly Parameter[], settings: SgdSettings) {
    const { learningRate, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = settings;
    const { precision = 'float32' } = settings;
    checkSettings({ learningRate, momentum, weightDecay, dampening });
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      const found = `momentum ${momentum} and dampening ${dampening}`;
      throw new OptimiserError(
        'settings',
        `Nesterov's step needs momentum and no dampening, found ${found}.`,
      );
    }
    this.learningRate = learningRate;
    this.#parameters = parameters;
    this.#settings = { momentum, dampening, weightDecay, nesterov };
    this.#round = roundTo[precision];
    this.#momenta = momentum === 0 ? [] : zeroBuffers(parameters, precision);
  }

  step(values: readonly FloatArray[], gradients: readonly FloatArray[]): void {
    const { momentum, dampening, weightDecay, nesterov } = this.#settings;
    const numbers: SgdNumbers = {
      learningRate: this.learningRate,
      weightDecay,
      momentum: this.#steps === 0 ? 0 : momentum,
      share: this.#steps === 0 ? 1 : 1 - dampening,
      ahead: nesterov ? momentum : undefined,
    };
    for (let i = 0; i < this.#parameters.length; i++) {
      const arrays = { values: values[i]!, gradients: gradients[i]! };
      const momenta = this.#momenta[i];
      if (momenta) sgdMomentumLoop({ ...arrays, momenta }, numbers, this.#round);
      else sgdLoop(arrays, numbers, this.#round);
    }
    this.#steps++;
  }

  state(): OptimiserState {
    const momenta = this.#momenta;
    const parameters = momenta.length > 0 ? this.#parameters : [];
    return new Map([
      ['step', stateNumber(this.#steps)],
      ...stateBuffers('momentum_buffer', parameters, momenta),
    ]);
  }

  restore(state: OptimiserState): void {
    const steps = restoreNumber(state, 'step');
    const buffers = this.#momenta;
    const parameters = buffers.length > 0 ? this.#parameters : [];
    restoreBuffers(state, 'momentum_buffer', { parameters, buffers });
    this.#steps = steps;
  }
}
