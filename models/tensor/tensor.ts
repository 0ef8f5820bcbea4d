/** A dense float32 array on the host, row-major; image-like tensors are NCHW. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The same in float64, for comparing with references in double precision. */
export interface DoubleTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Wraps `data` (not copied) or makes a tensor of zeros. Throws when the sizes differ. */
export function tensor(shape: readonly number[], data?: Float32Array): Tensor {
  const count = elementCount(shape);
  if (data && data.length !== count) {
    throw new RangeError(
      `A tensor of shape [${shape.join(', ')}] needs ${count} values, found ${data.length}`,
    );
  }
  return { shape: [...shape], data: data ?? new Float32Array(count) };
}

/** In float32, whatever it is in. */
export function rounded({ shape, data }: Tensor | DoubleTensor): Tensor {
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}
