import { CHUNK, CHUNK_BYTES } from './chunk.ts';
import { compileVectors } from './compileVectors.ts';
import {
  firstTwo,
  get,
  lastTwo,
  load,
  loop,
  set,
  store,
  wideSumWithProduct,
  type Code,
} from './vectorCode.ts';

/** Makes what adds up the squares of float32 in float64, in a fifth of the time that a loop of JavaScript takes. */
export function sumOfSquares(): (values: Float32Array) => number {
  const [end, at, four, first, last] = [0, 1, 2, 3, 4];
  const start: Code = [0x41, 0];
  const add = (sum: number, two: Code): Code => set(sum, wideSumWithProduct(get(sum), two, two));
  const ofFour = [
    set(four, load(get(at), 0)),
    add(first, firstTwo(get(four))),
    add(last, lastTwo(get(four))),
  ];
  const kept = [first, last].map((sum, i) => store(start, CHUNK_BYTES + 16 * i, get(sum)));
  const { run, memory } = compileVectors({
    bytes: CHUNK_BYTES + 32,
    numbers: 0,
    vectors: 3,
    body: [loop(at, get(end), ofFour.flat()), ...kept].flat(),
  });
  const chunk = new Float32Array(memory, 0, CHUNK);
  const sums = new Float64Array(memory, CHUNK_BYTES, 4);
  return (values) => {
    let total = 0;
    for (let from = 0; from < values.length; from += CHUNK) {
      const part = values.subarray(from, from + CHUNK);
      chunk.set(part);
      chunk.fill(0, part.length, part.length + 3);
      run(4 * part.length);
      total += sums.reduce((sum, each) => sum + each);
    }
    return total;
  };
}
