import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../../models/tensor/float16.ts';

/** The value of a half by its definition. */
function meaning(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const all = Uint16Array.from({ length: 65536 }, (_, half) => half);

describe('float16', () => {
  it('widens all 65536 values exactly', () => {
    const wide = fromFloat16(all);
    const wrong = [...all].filter((half) => !Object.is(wide[half], meaning(half)));
    expect(wrong).toEqual([]);
  });

  it('narrows all 65536 values back to themselves, NaN to NaN', () => {
    const back = toFloat16(fromFloat16(all));
    const wrong = [...all].filter((half) =>
      Number.isNaN(meaning(half)) ? !Number.isNaN(meaning(back[half]!)) : back[half] !== half,
    );
    expect(wrong).toEqual([]);
  });

  it('rounds to nearest, ties to even, between all neighbours', () => {
    const wrong: number[] = [];
    for (let half = 0; half < 0x7bff; half++) {
      const [low, high] = [meaning(half), meaning(half + 1)];
      const middle = (low + high) / 2;
      const even = half % 2 === 0 ? half : half + 1;
      const below = middle - (high - low) * 2 ** -8;
      const above = middle + (high - low) * 2 ** -8;
      const got = toFloat16(Float32Array.of(middle, below, above, -middle));
      if (got[0] !== even || got[1] !== half || got[2] !== half + 1 || got[3] !== (even | 0x8000))
        wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  it('overflows to infinity from 65520 on', () => {
    const got = toFloat16(Float32Array.of(65504, 65519.99, 65520, 1e10, -1e10, Infinity, 1e-30, -1e-30));
    expect([...got]).toEqual([0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00, 0x7c00, 0, 0x8000]);
  });
});
