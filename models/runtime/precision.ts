/** What networks compute in. `auto` is what was faster on the device, without being wrong (see chooseDevice). */
export const precisionNames = ['auto', 'float32', 'float16'] as const;

export type PrecisionName = (typeof precisionNames)[number];

/** A precision that has been decided on. */
export type Precision = Exclude<PrecisionName, 'auto'>;
