/** What networks compute in. `auto` is what was faster on the device, without being wrong (see chooseDevice). */
export const precisionNames = ['auto', 'float32', 'float16'] as const;

export type PrecisionName = (typeof precisionNames)[number];

/**
 * A precision that has been decided on. A GPU computes in it and holds weights in it. The CPU always computes in float32:
 * there it is what matrices are held in, and `stored` is what their file has them in.
 */
export type Precision = Arithmetic | 'stored';

export type Arithmetic = Exclude<PrecisionName, 'auto'>;
