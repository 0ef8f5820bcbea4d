import type { FloatArray } from '../optimiser.ts';
import { CHUNK, CHUNK_BYTES } from './chunk.ts';
import { compileVectors, type VectorFunction } from './compileVectors.ts';
import { everywhere, get, load, loop, set, store, type Code } from './vectorCode.ts';

export interface VectorLoopSpec<Arrays extends string, Numbers extends string> {
  readonly arrays: readonly Arrays[];
  /** Those that are written back. */
  readonly changed: readonly Arrays[];
  /** The same for all elements. */
  readonly numbers: readonly Numbers[];
  /** What happens to four elements at once: statements. Whatever is read or set goes by its name. */
  body(local: {
    get(name: Arrays | Numbers): Code;
    set(name: Arrays | Numbers, value: Code): Code;
  }): readonly Code[];
}

type VectorLoop<Arrays extends string, Numbers extends string> = (
  arrays: Readonly<Record<Arrays, FloatArray>>,
  numbers: Readonly<Record<Numbers, number>>,
) => void;

/** A loop over float32 arrays of one length, element by element, by vector instructions. */
export function vectorLoop<Arrays extends string, Numbers extends string>(
  spec: VectorLoopSpec<Arrays, Numbers>,
): VectorLoop<Arrays, Numbers> {
  const { arrays, changed, numbers } = spec;
  const placeOf = (name: Arrays): number => CHUNK_BYTES * arrays.indexOf(name);
  const { run, memory } = compiled(spec, placeOf);
  return (given, values) => {
    const count = given[arrays[0]!].length;
    for (let from = 0; from < count; from += CHUNK) {
      const to = Math.min(from + CHUNK, count);
      const chunk = (name: Arrays) => new Float32Array(memory, placeOf(name), to - from);
      for (const name of arrays) chunk(name).set(given[name].subarray(from, to));
      // The last vector may reach behind the end: nobody reads what is there.
      run(...numbers.map((name) => values[name]), 4 * (to - from));
      for (const name of changed) given[name].set(chunk(name), from);
    }
  };
}

/** The loop over one chunk, whose bytes it takes after the numbers. */
function compiled<Arrays extends string, Numbers extends string>(
  { arrays, changed, numbers, body }: VectorLoopSpec<Arrays, Numbers>,
  placeOf: (name: Arrays) => number,
): VectorFunction {
  const names: readonly string[] = [...numbers, ...arrays];
  const [end, at] = [numbers.length, numbers.length + 1];
  const localOf = (name: string): number => at + 1 + names.indexOf(name);
  const statements = body({
    get: (name) => get(localOf(name)),
    set: (name, value) => set(localOf(name), value),
  });
  const ofOne = [
    ...arrays.map((name) => set(localOf(name), load(get(at), placeOf(name)))),
    ...statements,
    ...changed.map((name) => store(get(at), placeOf(name), get(localOf(name)))),
  ];
  const spread = numbers.map((name, i) => set(localOf(name), everywhere(get(i))));
  return compileVectors({
    bytes: CHUNK_BYTES * arrays.length,
    numbers: numbers.length,
    vectors: names.length,
    body: [...spread, loop(at, get(end), ofOne.flat())].flat(),
  });
}
