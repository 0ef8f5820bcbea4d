/**
 * Instructions of WebAssembly as bytes (specification 2.0, section 5.4), for loops over vectors of four float32: V8 makes
 * no vector instructions of JavaScript. An expression pushes one value; a statement pushes none.
 */
export type Code = readonly number[];

/** A whole number as WebAssembly writes one without a sign: seven bits a byte. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

const vector = (instruction: number): Code => [0xfd, ...unsigned(instruction)];
/** Where memory is read or written, behind an address; all are multiples of 2^4. */
const place = (offset: number): Code => [4, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const load = (address: Code, offset: number): Code => [...address, ...vector(0x00), ...place(offset)];
export const store = (address: Code, offset: number, value: Code): Code => {
  return [...address, ...value, ...vector(0x0b), ...place(offset)];
};

/** A float64 in all four places, rounded to float32. */
export const everywhere = (value: Code): Code => [...value, 0xb6, ...vector(0x13)];
export const sum = (a: Code, b: Code): Code => [...a, ...b, ...vector(0xe4)];
export const difference = (a: Code, b: Code): Code => [...a, ...b, ...vector(0xe5)];
export const product = (a: Code, b: Code): Code => [...a, ...b, ...vector(0xe6)];
export const quotient = (a: Code, b: Code): Code => [...a, ...b, ...vector(0xe7)];
export const squareRoot = (a: Code): Code => [...a, ...vector(0xe3)];

/** Two float64: the first two numbers of a vector, and the last two. Written down twice, the vector is read twice. */
export const firstTwo = (value: Code): Code => [...value, ...vector(0x5f)];
export const lastTwo = (value: Code): Code => firstTwo(picked(value, value, [2, 3, 2, 3]));
/** a + b * c of two float64 each. */
export const wideSumWithProduct = (a: Code, b: Code, c: Code): Code => {
  return [...a, ...b, ...c, ...vector(0xf2), ...vector(0xf0)];
};

/** a + b * c, computed in float64 and rounded once. Every operand is written down twice. */
export function sumWithProduct(a: Code, b: Code, c: Code): Code {
  const ofTwo = (two: (value: Code) => Code): Code => {
    return [...wideSumWithProduct(two(a), two(b), two(c)), ...vector(0x5e)];
  };
  return picked(ofTwo(firstTwo), ofTwo(lastTwo), [0, 1, 4, 5]);
}

/** Four of the eight numbers of two vectors. */
function picked(a: Code, b: Code, places: readonly number[]): Code {
  const bytes = places.flatMap((number) => [0, 1, 2, 3].map((byte) => 4 * number + byte));
  return [...a, ...b, ...vector(0x0d), ...bytes];
}

/** Runs `body`, once at least, for an int32 `local` that grows by a vector's 16 bytes until it reaches `end`. */
export function loop(local: number, end: Code, body: Code): Code {
  const next = set(local, [...get(local), 0x41, 16, 0x6a]);
  const again = [...get(local), ...end, 0x49, 0x0d, 0];
  return [0x03, 0x40, ...body, ...next, ...again, 0x0b];
}
