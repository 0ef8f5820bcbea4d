import { describe, expect, it } from 'vitest';
import { adamLoop, type AdamArrays, type AdamNumbers } from '../../../models/optimisers/adamLoop.ts';
import { adamVectors } from '../../../models/optimisers/adamVectors.ts';

const numbers: AdamNumbers = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  stepSize: 2e-3 / (1 - 0.9 ** 3),
  rootScale: Math.sqrt(1 - 0.999 ** 3),
  shrink: 1 - 2e-5,
  decay: 0,
};

/** Numbers of every size that float32 has, zeros of both signs, and what is no number. */
function drawn(count: number, seed: number): Float32Array {
  const special = [0, -0, 1e-45, -1e-39, 3e38, -3e38, Infinity, NaN];
  return Float32Array.from({ length: count }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return i % 11 === seed ? special[i % 8]! : (wave % 1) * 10 ** (((i * 7 + seed) % 40) - 30);
  });
}

const arrays = (count: number): AdamArrays => ({
  values: drawn(count, 0),
  gradients: drawn(count, 1),
  first: drawn(count, 2),
  second: drawn(count, 3).map(Math.abs),
});

describe('Adam by vectors gives the bits that its loop gives,', () => {
  const counts = [0, 1, 3, 4, 5, 1023, 16_384, 16_387];
  for (const count of counts) {
    it(`of ${count} values, with and without weight decay`, () => {
      for (const decay of [0, 0.1]) {
        const [expected, found] = [arrays(count), arrays(count)];
        const step = adamVectors();
        for (let i = 0; i < 3; i++) {
          adamLoop(expected, { ...numbers, decay }, Math.fround);
          step(found, { ...numbers, decay });
        }
        expect(found).toEqual(expected);
      }
    });
  }

  it('and leaves the gradients as they are', () => {
    const found = arrays(9);
    adamVectors()(found, numbers);
    expect(found.gradients).toEqual(drawn(9, 1));
  });
});
