import type { MemoryTensor } from '../weights/memoryWeights.ts';
import { dot } from './dot.ts';
import type { FloatArray, OptimiserState } from './optimiser.ts';
import { restoreArray, restoreNumber, stateNumber, stateTensor } from './optimiserState.ts';

/** One step that was taken, and how the gradient changed by it. */
interface Pair {
  readonly step: FloatArray;
  readonly change: FloatArray;
  /** Their inner product. */
  readonly curvature: number;
}

/** A pair must show this much curvature to be remembered. */
const LEAST_CURVATURE = 1e-10;

/** The latest steps of L-BFGS, oldest first, and what they say about the inverse Hessian. */
export class LbfgsHistory {
  readonly #limit: number;
  readonly #allocate: () => FloatArray;
  readonly #pairs: Pair[] = [];
  /** Buffers for the next pair. */
  #spare: Pick<Pair, 'step' | 'change'> | undefined;
  /** The inverse Hessian that is begun with is this times the identity. */
  #diagonal = 1;

  constructor(limit: number, allocate: () => FloatArray) {
    this.#limit = limit;
    this.#allocate = allocate;
  }

  /** Remembers a step of `direction * stepSize`, unless the function does not curve upwards along it. */
  add(from: { direction: FloatArray; stepSize: number; before: FloatArray; after: FloatArray }): void {
    const { direction, stepSize, before, after } = from;
    const { step, change } = this.#spare ?? { step: this.#allocate(), change: this.#allocate() };
    for (let i = 0; i < step.length; i++) {
      step[i] = direction[i]! * stepSize;
      change[i] = after[i]! - before[i]!;
    }
    const curvature = dot(change, step);
    this.#spare = { step, change };
    if (!(curvature > LEAST_CURVATURE)) return;
    this.#spare = this.#pairs.length === this.#limit ? this.#pairs.shift() : undefined;
    this.#pairs.push({ step, change, curvature });
    this.#diagonal = curvature / dot(change, change);
  }

  /**
   * Writes minus the inverse Hessian times `gradient` into `direction`: the two loops over the pairs, newest to oldest and
   * back (Nocedal & Wright, Algorithm 7.4). Each addition is made in the pass of the next inner product.
   */
  findDirection(direction: FloatArray, gradient: FloatArray): void {
    for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i]!;
    const pairs = this.#pairs;
    const shares = new Float64Array(pairs.length);
    let product = pairs.length > 0 ? dot(pairs.at(-1)!.step, direction) : 0;
    for (let k = pairs.length - 1; k >= 0; k--) {
      shares[k] = product / pairs[k]!.curvature;
      product = addThenDot(direction, { scale: -shares[k]!, of: pairs[k]!.change }, pairs[k - 1]?.step);
    }
    for (let i = 0; i < direction.length; i++) direction[i] = direction[i]! * this.#diagonal;
    product = pairs.length > 0 ? dot(pairs[0]!.change, direction) : 0;
    for (const [k, { step, curvature }] of pairs.entries()) {
      const scale = shares[k]! - product / curvature;
      product = addThenDot(direction, { scale, of: step }, pairs[k + 1]?.change);
    }
  }

  *state(): Generator<[string, MemoryTensor]> {
    yield ['pairs', stateNumber(this.#pairs.length)];
    yield ['diagonal', stateNumber(this.#diagonal)];
    for (const [k, { step, change }] of this.#pairs.entries()) {
      yield [`step/${k}`, stateTensor(step)];
      yield [`change/${k}`, stateTensor(change)];
    }
  }

  /** Throws OptimiserError `state`. */
  restore(state: OptimiserState): void {
    const diagonal = restoreNumber(state, 'diagonal');
    const pairs = Array.from({ length: restoreNumber(state, 'pairs') }, (_, k): Pair => {
      const [step, change] = [this.#allocate(), this.#allocate()];
      restoreArray(state, `step/${k}`, { into: step });
      restoreArray(state, `change/${k}`, { into: change });
      return { step, change, curvature: dot(change, step) };
    });
    this.#pairs.splice(0, Infinity, ...pairs.slice(-this.#limit));
    this.#diagonal = diagonal;
  }
}

/** Adds in place; the inner product of the result and `next`, when there is one. */
function addThenDot(
  target: FloatArray,
  { scale, of }: { scale: number; of: FloatArray },
  next: FloatArray | undefined,
): number {
  const other = next ?? of;
  let [even, odd] = [0, 0];
  const end = target.length - 1;
  let i = 0;
  for (; i < end; i += 2) {
    target[i] = target[i]! + scale * of[i]!;
    target[i + 1] = target[i + 1]! + scale * of[i + 1]!;
    even += target[i]! * other[i]!;
    odd += target[i + 1]! * other[i + 1]!;
  }
  for (; i < target.length; i++) {
    target[i] = target[i]! + scale * of[i]!;
    even += target[i]! * other[i]!;
  }
  return even + odd;
}
