/** Numbers as the bytes of a constant: little-endian, row by row. */
export function constantBytes(numbers: ArrayLike<number>, dtype: 'float32' | 'int64'): Uint8Array {
  const typed =
    dtype === 'float32' ? Float32Array.from(numbers) : BigInt64Array.from(Array.from(numbers), BigInt);
  return new Uint8Array(typed.buffer);
}
