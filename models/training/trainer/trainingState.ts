import { ExponentialAverage } from '../../optimisers/exponentialAverage.ts';
import { clipToNorm } from '../../optimisers/globalNorm.ts';
import { learningRateAt } from '../../optimisers/learningRateAt.ts';
import type { Optimiser, Parameter } from '../../optimisers/optimiser.ts';
import {
  checkTensor,
  readOptimiserState,
  restoreArray,
  stateBuffers,
} from '../../optimisers/optimiserState.ts';
import type { MemoryTensor } from '../../weights/memoryWeights.ts';
import type { WeightSource } from '../../weights/weightSource.ts';
import { makeOptimiser, type TrainingSettings } from './trainingSettings.ts';

/** What a training has learnt so far: the weights and all that their next steps depend on. */
export class TrainingState {
  /** Steps done. */
  step = 0;
  /** In the parameters' order; every step changes them in place. */
  readonly values: readonly Float32Array[];
  readonly #average: ExponentialAverage | undefined;
  readonly #parameters: readonly Parameter[];
  readonly #settings: TrainingSettings;
  readonly #optimiser: Optimiser;

  constructor(parameters: readonly Parameter[], values: readonly Float32Array[], settings: TrainingSettings) {
    const { averageDecay } = settings;
    this.#parameters = parameters;
    this.#settings = settings;
    this.values = values;
    this.#optimiser = makeOptimiser(parameters, settings);
    this.#average =
      averageDecay === undefined ? undefined : new ExponentialAverage(parameters, values, averageDecay);
  }

  /** The running average of the weights, where one is kept. */
  get averages(): readonly Float32Array[] | undefined {
    return this.#average?.values;
  }

  /** Takes one step; returns its learning rate. `norm` is the gradients' global norm. */
  learn(gradients: readonly Float32Array[], norm: number): number {
    const { clipNorm, schedule } = this.#settings;
    if (clipNorm !== undefined) clipToNorm(gradients, norm, clipNorm);
    const learningRate = learningRateAt(schedule, this.step);
    this.#optimiser.learningRate = learningRate;
    this.#optimiser.step(this.values, gradients);
    this.#average?.update(this.values);
    this.step++;
    return learningRate;
  }

  /** All of it by name. The arrays are its own: the next step changes them. */
  tensors(): ReadonlyMap<string, MemoryTensor> {
    return new Map([
      ...stateBuffers('weights', this.#parameters, this.values),
      ...prefixed('optimiser', this.#optimiser.state()),
      ...prefixed('average', this.#average?.state() ?? []),
    ]);
  }

  /**
   * Goes back to what `tensors` gave at `step`, one part after the other, so that no more than the optimiser's is in memory
   * twice. Throws OptimiserError `state` for one that does not fit, before anything is changed.
   */
  async restore(source: WeightSource, step: number): Promise<void> {
    for (const [name, tensor] of this.tensors()) checkTensor(name, source.tensors.get(name), tensor);
    const part = (prefix: string) => readOptimiserState(source, `${prefix}/`);
    const weights = await part('weights');
    for (const [i, { name, shape }] of this.#parameters.entries()) {
      restoreArray(weights, name, { into: this.values[i]!, shape });
    }
    this.#optimiser.restore(await part('optimiser'));
    this.#average?.restore(await part('average'));
    this.step = step;
  }
}

function* prefixed(
  prefix: string,
  tensors: Iterable<readonly [string, MemoryTensor]>,
): Generator<[string, MemoryTensor]> {
  for (const [name, tensor] of tensors) yield [`${prefix}/${name}`, tensor];
}
