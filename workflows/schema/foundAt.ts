/** What stands at a place of some JSON, for a sentence that says what was found. */
export function foundAt(path: readonly PropertyKey[], source: unknown): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], source);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'a list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}
