/** A number of any size in four digits: `0.0003`, `12.35`, `83120`, `1.2e-7`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) return Number(value.toPrecision(3)).toExponential();
  return size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
