/** Numbers for JSON, to six digits. */
export function rounded(values: Float32Array | Float64Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(6)));
}
