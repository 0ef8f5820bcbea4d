/** What networks compute in. `auto` is what was faster on the device, without being wrong (see chooseDevice). */
export const precisionNames = ['auto', 'float32', 'float16'] as const;

export type PrecisionName = (typeof precisionNames)[number];

/**
 * A precision that has been decided on. A GPU computes in it and holds weights in it. The CPU computes in float32 in any
 * case: `float16` then only narrows the weights that it holds.
 */
export type Precision = Exclude<PrecisionName, 'auto'>;

/** What a network may be opened in besides: `float64` is for comparing with references in double precision (see doublePrecision). */
export type NetworkPrecision = Precision | 'float64';
