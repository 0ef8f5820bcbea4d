import { adamLoop, type AdamNumbers, type AdamStep } from './adamLoop.ts';
import { adamVectors } from './adamVectors.ts';
import { checkSettings } from './checkSettings.ts';
import type { FloatArray, Optimiser, OptimiserState, Parameter } from './optimiser.ts';
import { restoreBuffers, restoreNumber, stateBuffers, stateNumber, zeroBuffers } from './optimiserState.ts';
import { roundTo, type Precision } from './precision.ts';

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** `adam` and `adamw` as PyTorch computes them, `torch7` as optim.adam of torch7 does. */
  readonly form?: 'adam' | 'adamw' | 'torch7';
  readonly precision?: Precision;
}

const steps: Readonly<Record<Precision, () => AdamStep>> = {
  float32: adamVectors,
  float64: () => (arrays, numbers) => adamLoop(arrays, numbers, roundTo.float64),
};

/**
 * Adam (Kingma & Ba, ICLR 2015) and AdamW (Loshchilov & Hutter, ICLR 2019: weight decay shrinks the values and is no part
 * of the gradient). In float32 every operation is rounded as by torch.optim's single-tensor form on an AVX2 CPU. torch7
 * corrects the bias of the step as a whole, and so adds epsilon to a root that is not corrected.
 */
export class Adam implements Optimiser {
  learningRate: number;
  readonly #parameters: readonly Parameter[];
  readonly #settings: Required<Omit<AdamSettings, 'learningRate' | 'precision'>>;
  readonly #change: AdamStep;
  readonly #first: readonly FloatArray[];
  readonly #second: readonly FloatArray[];
  #steps = 0;

  constructor(parameters: readonly Parameter[], settings: AdamSettings) {
    const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = settings;
    const { form = 'adam', precision = 'float32' } = settings;
    checkSettings({ learningRate, epsilon, weightDecay }, { beta1, beta2 });
    this.learningRate = learningRate;
    this.#parameters = parameters;
    this.#settings = { beta1, beta2, epsilon, weightDecay, form };
    this.#change = steps[precision]();
    this.#first = zeroBuffers(parameters, precision);
    this.#second = zeroBuffers(parameters, precision);
  }

  step(values: readonly FloatArray[], gradients: readonly FloatArray[]): void {
    this.#steps++;
    const numbers = this.#numbers();
    for (let i = 0; i < this.#parameters.length; i++) {
      const [first, second] = [this.#first[i]!, this.#second[i]!];
      this.#change({ values: values[i]!, gradients: gradients[i]!, first, second }, numbers);
    }
  }

  state(): OptimiserState {
    return new Map([
      ['step', stateNumber(this.#steps)],
      ...stateBuffers('exp_avg', this.#parameters, this.#first),
      ...stateBuffers('exp_avg_sq', this.#parameters, this.#second),
    ]);
  }

  restore(state: OptimiserState): void {
    const parameters = this.#parameters;
    const steps = restoreNumber(state, 'step');
    restoreBuffers(state, 'exp_avg', { parameters, buffers: this.#first });
    restoreBuffers(state, 'exp_avg_sq', { parameters, buffers: this.#second });
    this.#steps = steps;
  }

  #numbers(): AdamNumbers {
    const { learningRate } = this;
    const { beta1, beta2, epsilon, weightDecay, form } = this.#settings;
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = Math.sqrt(1 - beta2 ** this.#steps);
    return {
      beta1,
      beta2,
      epsilon,
      stepSize: form === 'torch7' ? (learningRate * correction2) / correction1 : learningRate / correction1,
      rootScale: form === 'torch7' ? 1 : correction2,
      shrink: form === 'adamw' ? 1 - learningRate * weightDecay : 1,
      decay: form === 'adamw' ? 0 : weightDecay,
    };
  }
}
