export type SmoothFilter = 'box' | 'bilinear' | 'bicubic' | 'lanczos';

/** For every output position: which inputs it takes (`starts`, `counts`) and their fixed-point weights. */
export interface ResamplingKernel {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` places per output position. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/** The same with exact weights: real numbers whose sum is 1 for every output position. */
export interface ResamplingWeights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float64Array;
  readonly stride: number;
}

/** Weights of one resizing pass as Pillow computes them (precompute_coeffs): filters widen when shrinking. */
export function resamplingWeights(options: {
  readonly from: number;
  readonly to: number;
  readonly filter: SmoothFilter;
}): ResamplingWeights {
  const { from, to } = options;
  const { support: radius, weigh } = filters[options.filter];
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = radius * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const [starts, counts] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Float64Array(to * stride);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    const own = weights.subarray(i * stride, i * stride + count);
    for (let j = 0; j < count; j++) own[j] = weigh((j + start - center + 0.5) * (1 / widening));
    const sum = own.reduce((total, weight) => total + weight, 0);
    if (sum !== 0) for (let j = 0; j < count; j++) own[j]! /= sum;
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

/** The weights in fixed point (Pillow's normalize_coeffs_8bpc). */
export function resamplingKernel(options: {
  readonly from: number;
  readonly to: number;
  readonly filter: SmoothFilter;
  readonly fractionBits: number;
}): ResamplingKernel {
  const exact = resamplingWeights(options);
  const one = 2 ** options.fractionBits;
  const weights = Int32Array.from(exact.weights, (weight) =>
    Math.trunc(weight * one + (weight < 0 ? -0.5 : 0.5)),
  );
  return { ...exact, weights };
}

const filters: Readonly<Record<SmoothFilter, { support: number; weigh: (x: number) => number }>> = {
  box: { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weigh: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
