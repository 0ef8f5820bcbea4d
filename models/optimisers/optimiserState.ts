import { elementCount } from '../tensor/tensor.ts';
import type { MemoryTensor } from '../weights/memoryWeights.ts';
import type { WeightSource } from '../weights/weightSource.ts';
import type { FloatArray, OptimiserState, Parameter } from './optimiser.ts';
import { OptimiserError } from './optimiserError.ts';
import type { Precision } from './precision.ts';

/** An array as a tensor of a state; not copied. */
export function stateTensor(values: FloatArray, shape: readonly number[] = [values.length]): MemoryTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { dtype: values instanceof Float32Array ? 'float32' : 'float64', shape, bytes };
}

/** One number, kept without loss. */
export const stateNumber = (value: number): MemoryTensor => stateTensor(Float64Array.of(value), []);

/** Buffers of an optimiser, one per parameter, as `PREFIX/NAME`. */
export function* stateBuffers(
  prefix: string,
  parameters: readonly Parameter[],
  buffers: readonly FloatArray[],
): Generator<[string, MemoryTensor]> {
  for (const [i, { name, shape }] of parameters.entries()) {
    yield [`${prefix}/${name}`, stateTensor(buffers[i]!, shape)];
  }
}

/** Reads what `stateBuffers` gave into the same buffers. Throws OptimiserError `state`. */
export function restoreBuffers(
  state: OptimiserState,
  prefix: string,
  { parameters, buffers }: { parameters: readonly Parameter[]; buffers: readonly FloatArray[] },
): void {
  for (const [i, { name, shape }] of parameters.entries()) {
    restoreArray(state, `${prefix}/${name}`, { into: buffers[i]!, shape });
  }
}

/** Reads one array of a state. Throws OptimiserError `state` when it is not there, or of another type or shape. */
export function restoreArray(
  state: OptimiserState,
  name: string,
  { into, shape = [into.length] }: { into: FloatArray; shape?: readonly number[] },
): void {
  const found = state.get(name);
  checkTensor(name, found, { dtype: into instanceof Float32Array ? 'float32' : 'float64', shape });
  new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(found.bytes);
}

type TensorKind = Pick<MemoryTensor, 'dtype' | 'shape'>;

/** Throws OptimiserError `state` when a saved tensor is not there, or of another type or shape. */
export function checkTensor<T extends TensorKind>(
  name: string,
  found: T | undefined,
  wanted: TensorKind,
): asserts found is T {
  if (!found) throw new OptimiserError('state', `The saved state has no '${name}'.`);
  const [is, should] = [found, wanted].map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
  if (is === should) return;
  throw new OptimiserError('state', `The saved state has '${name}' as ${is}; expected ${should}.`);
}

/** Reads what `stateNumber` kept. */
export function restoreNumber(state: OptimiserState, name: string): number {
  const into = new Float64Array(1);
  restoreArray(state, name, { into, shape: [] });
  return into[0]!;
}

/** The state's tensors among those of a file: all whose names begin with `prefix`, which is cut off. */
export async function readOptimiserState(source: WeightSource, prefix = ''): Promise<OptimiserState> {
  const state = new Map<string, MemoryTensor>();
  for (const [name, { dtype, shape }] of source.tensors) {
    if (!name.startsWith(prefix)) continue;
    state.set(name.slice(prefix.length), { dtype, shape, bytes: await source.read(name) });
  }
  return state;
}

/** A buffer of zeros for every parameter. */
export function zeroBuffers(parameters: readonly Parameter[], precision: Precision): FloatArray[] {
  const FloatType = precision === 'float64' ? Float64Array : Float32Array;
  return parameters.map(({ shape }) => new FloatType(elementCount(shape)));
}
