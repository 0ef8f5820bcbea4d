import { MersenneTwister } from '../sampling/mersenneTwister.ts';

/** What the authors' programs draw from. */
export interface RandomSource {
  /** [0, 1) */
  random(): number;
  uniform(low: number, high: number): number;
  /** Both ends included. */
  randint(low: number, high: number): number;
  choice<T>(values: readonly T[]): T;
}

/** Python's `random` after `random.seed(seed)`: the same numbers, call after call. */
export class PythonRandom implements RandomSource {
  readonly #bits: MersenneTwister;

  constructor(seed: bigint | number) {
    const key: number[] = [];
    for (let rest = BigInt(seed); rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    this.#bits = MersenneTwister.fromKey(key.length > 0 ? key : [0]);
  }

  random(): number {
    return this.#bits.uniform27and26();
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  randint(low: number, high: number): number {
    return low + this.#below(high - low + 1);
  }

  choice<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  /** Draws as many bits as `count` has until they are below it. */
  #below(count: number): number {
    const unused = Math.clz32(count);
    for (;;) {
      const value = this.#bits.uint32() >>> unused;
      if (value < count) return value;
    }
  }
}
