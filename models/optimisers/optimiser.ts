import type { MemoryTensor } from '../weights/memoryWeights.ts';

/** Values that an optimiser changes in place; float64 is for comparing with references in double precision. */
export type FloatArray = Float32Array | Float64Array;

/** What an optimiser changes: a weight's name and shape, in the order in which its values are handed in. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What an optimiser remembers, by name, as it is kept in a .safetensors file (see memoryWeights). */
export type OptimiserState = ReadonlyMap<string, MemoryTensor>;

/** Changes values by their gradients, step after step. Nothing is allocated by a step. */
export interface Optimiser {
  /** May be changed between steps (see learningRateAt). */
  learningRate: number;
  /** Changes `values` in place. Both lists are in the order of the parameters; `gradients` are only read. */
  step(values: readonly FloatArray[], gradients: readonly FloatArray[]): void;
  /** All that the next steps depend on, besides values and settings. The arrays are its own: the next step changes them. */
  state(): OptimiserState;
  /** Goes on from a `state` to the same numbers. Throws OptimiserError `state` for one that does not fit. */
  restore(state: OptimiserState): void;
}
