/** What values, gradients and buffers are kept in; float64 is for comparing with references in double precision. */
export type Precision = 'float32' | 'float64';

/** Rounds the result of an operation, which JavaScript computes in float64. */
export type Round = (value: number) => number;

export const roundTo: Readonly<Record<Precision, Round>> = {
  float32: Math.fround,
  float64: (value) => value,
};
