/** For every 7x7 patch, by its upper left corner, the corner of the patch of another picture that is most like it. */
export interface PatchField {
  /** Of corners, 6 less than the picture's sides. */
  readonly width: number;
  readonly height: number;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Squared distance, in levels. */
  readonly distance: Float64Array;
}

export const PATCH = 7;

/** Which patches are searched for, by their corners `y * width + x`. */
export interface PatchSearch {
  readonly wanted: readonly number[];
  readonly signal?: AbortSignal;
  /** Between 0 and 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** How many patches of that size fit, along one side. */
export function cornersAlong(side: number): number {
  return side - PATCH + 1;
}

export function emptyField(width: number, height: number): PatchField {
  const count = width * height;
  return {
    width,
    height,
    x: new Int32Array(count),
    y: new Int32Array(count),
    distance: new Float64Array(count).fill(Infinity),
  };
}
