import { checkSettings } from './checkSettings.ts';
import { dot } from './dot.ts';
import { LbfgsHistory } from './lbfgsHistory.ts';
import type { FloatArray, OptimiserState } from './optimiser.ts';
import { OptimiserError } from './optimiserError.ts';
import { restoreArray, restoreNumber, stateNumber, stateTensor } from './optimiserState.ts';
import type { Precision } from './precision.ts';

export interface LbfgsSettings {
  readonly learningRate?: number;
  /** So many steps are remembered; each takes twice the memory of the values. */
  readonly history?: number;
  /** Ends when the gradient's absolute values add up to no more (torch7's tolFun). */
  readonly toleranceGradient?: number;
  /** Ends when a step, or what it gains, is no larger (tolX). */
  readonly toleranceChange?: number;
  readonly precision?: Precision;
}

/** A function at a point. The gradient may be overwritten by the next evaluation. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: FloatArray;
}

export interface LbfgsProblem {
  /** Changed in place. */
  readonly x: FloatArray;
  readonly iterations: number;
  evaluate(x: FloatArray): Promise<Evaluation>;
}

/** An iteration that was done, counted from 1 over the optimiser's whole life. */
export interface LbfgsIteration {
  readonly iteration: number;
  /** The function before the step, and the sum of its gradient's absolute values. */
  readonly value: number;
  readonly gradientSum: number;
  readonly stepSize: number;
}

/** Why it ended: all iterations done, a tolerance met, or no way down from here. */
export type LbfgsEnd = 'iterations' | 'gradient' | 'step' | 'value' | 'direction';

/**
 * L-BFGS without line search, as torch7's optim.lbfgs (torch/optim, lbfgs.lua): the first direction is minus the gradient, its
 * step `min(1, 1 / |gradient|) * learningRate`, all later ones are `learningRate`.
 */
export class Lbfgs {
  readonly #settings: Required<Omit<LbfgsSettings, 'precision'>>;
  readonly #history: LbfgsHistory;
  readonly #direction: FloatArray;
  /** Gradient and point before the latest step. */
  readonly #gradient: FloatArray;
  readonly #point: FloatArray;
  #value = 0;
  #stepSize = 0;
  #iterations = 0;

  constructor(count: number, settings: LbfgsSettings = {}) {
    const { learningRate = 1, history = 100, precision = 'float32' } = settings;
    const { toleranceGradient = 1e-5, toleranceChange = 1e-9 } = settings;
    checkSettings({ learningRate });
    if (!(history >= 1)) {
      throw new OptimiserError(
        'settings',
        `L-BFGS remembers at least one step; found a history of ${history}.`,
      );
    }
    this.#settings = { learningRate, history, toleranceGradient, toleranceChange };
    const allocate = () => (precision === 'float64' ? new Float64Array(count) : new Float32Array(count));
    this.#history = new LbfgsHistory(history, allocate);
    [this.#direction, this.#gradient, this.#point] = [allocate(), allocate(), allocate()];
  }

  /**
   * Takes up to so many steps and yields after each; leaving the loop there cancels. The function is not evaluated after the
   * last step. When it throws or is not finite (OptimiserError `not-finite`), `x` is put back to where it was finite.
   */
  async *minimise({ x, iterations, evaluate }: LbfgsProblem): AsyncGenerator<LbfgsIteration, LbfgsEnd> {
    for (let done = 0; done < iterations; done++) {
      const evaluation = await this.#evaluate(x, evaluate);
      const { value, gradient, gradientSum } = evaluation;
      const end = this.#endOf(evaluation) ?? this.#turn(gradient);
      if (end) return end;
      this.#value = value;
      this.#stepSize = this.#nextStepSize(gradientSum);
      this.#point.set(x);
      this.#iterations++;
      for (let i = 0; i < x.length; i++) x[i] = x[i]! + this.#stepSize * this.#direction[i]!;
      yield { iteration: this.#iterations, value, gradientSum, stepSize: this.#stepSize };
    }
    return 'iterations';
  }

  /** To be kept with `x`, as it is after an iteration. The arrays are the optimiser's own, see Optimiser. */
  state(): OptimiserState {
    return new Map([
      ['iterations', stateNumber(this.#iterations)],
      ['value', stateNumber(this.#value)],
      ['step_size', stateNumber(this.#stepSize)],
      ['direction', stateTensor(this.#direction)],
      ['gradient', stateTensor(this.#gradient)],
      ['point', stateTensor(this.#point)],
      ...this.#history.state(),
    ]);
  }

  /** Throws OptimiserError `state`. */
  restore(state: OptimiserState): void {
    this.#iterations = restoreNumber(state, 'iterations');
    this.#value = restoreNumber(state, 'value');
    this.#stepSize = restoreNumber(state, 'step_size');
    restoreArray(state, 'direction', { into: this.#direction });
    restoreArray(state, 'gradient', { into: this.#gradient });
    restoreArray(state, 'point', { into: this.#point });
    this.#history.restore(state);
  }

  async #evaluate(x: FloatArray, evaluate: LbfgsProblem['evaluate']) {
    try {
      const { value, gradient } = await evaluate(x);
      const gradientSum = absoluteSum(gradient);
      if (Number.isFinite(value) && Number.isFinite(gradientSum)) return { value, gradient, gradientSum };
      const what = Number.isFinite(value) ? 'Its gradient is not finite' : `The function is ${value}`;
      throw new OptimiserError('not-finite', `${what} after ${this.#iterations} iterations of L-BFGS.`);
    } catch (error) {
      if (this.#iterations > 0) x.set(this.#point);
      throw error;
    }
  }

  /** Whether the latest step led to a tolerance. */
  #endOf({ value, gradientSum }: { value: number; gradientSum: number }): LbfgsEnd | undefined {
    const { toleranceGradient, toleranceChange } = this.#settings;
    if (gradientSum <= toleranceGradient) return 'gradient';
    if (this.#iterations === 0) return undefined;
    if (absoluteSum(this.#direction) * this.#stepSize <= toleranceChange) return 'step';
    return Math.abs(value - this.#value) < toleranceChange ? 'value' : undefined;
  }

  /** Finds the next direction. */
  #turn(gradient: FloatArray): LbfgsEnd | undefined {
    const direction = this.#direction;
    if (this.#iterations > 0) {
      const [before, stepSize] = [this.#gradient, this.#stepSize];
      this.#history.add({ direction, stepSize, before, after: gradient });
    }
    this.#history.findDirection(direction, gradient);
    this.#gradient.set(gradient);
    return dot(gradient, direction) > -this.#settings.toleranceChange ? 'direction' : undefined;
  }

  #nextStepSize(gradientSum: number): number {
    const { learningRate } = this.#settings;
    return this.#iterations === 0 ? Math.min(1, 1 / gradientSum) * learningRate : learningRate;
  }
}

function absoluteSum(values: FloatArray): number {
  let [even, odd] = [0, 0];
  const end = values.length - 1;
  let i = 0;
  for (; i < end; i += 2) {
    even += Math.abs(values[i]!);
    odd += Math.abs(values[i + 1]!);
  }
  for (; i < values.length; i++) even += Math.abs(values[i]!);
  return even + odd;
}
