import { PythonRandom, type RandomSource } from '../../../../../models/training/pythonRandom.ts';

export interface RandomCall {
  readonly name: string;
  readonly value: unknown;
}

/** Python's random, which writes down what was drawn. */
export class LoggedRandom implements RandomSource {
  readonly calls: RandomCall[] = [];
  readonly #source: PythonRandom;

  constructor(seed: number) {
    this.#source = new PythonRandom(seed);
  }

  random(): number {
    return this.#log('random', this.#source.random());
  }
  uniform(low: number, high: number): number {
    return this.#log('uniform', this.#source.uniform(low, high));
  }
  randint(low: number, high: number): number {
    return this.#log('randint', this.#source.randint(low, high));
  }
  choice<T>(values: readonly T[]): T {
    return this.#log('choice', this.#source.choice(values));
  }

  #log<T>(name: string, value: T): T {
    this.calls.push({ name, value });
    return value;
  }
}
