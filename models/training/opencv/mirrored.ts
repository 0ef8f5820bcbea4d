/** BORDER_REFLECT_101: which of `size` pixels stands at an index beyond them; the border pixel itself is not repeated. */
export function mirrored(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((index % period) + period) % period;
  return within < size ? within : period - within;
}
