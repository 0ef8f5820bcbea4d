/** An 8-bit RGB picture, rows from the top, three bytes a pixel: what files hold and people see. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One value a pixel in [0, 1]; 1 = selected. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}
