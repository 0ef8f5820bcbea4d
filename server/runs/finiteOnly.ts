/**
 * A copy without NaN and infinities, which JSON cannot carry: a sampler that diverges must not leave lines in the
 * journal that nobody can read back.
 */
export function finiteOnly<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]: [string, unknown]) => {
      if (typeof entry === 'number' && !Number.isFinite(entry)) return [];
      if (typeof entry === 'object' && entry !== null && !Array.isArray(entry))
        return [[key, finiteOnly(entry)]];
      return [[key, entry]];
    }),
  ) as T;
}
