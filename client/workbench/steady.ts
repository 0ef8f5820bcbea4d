/**
 * The list or plain object before, if it holds the same as now: what is computed from it, and draws it, has nothing to do
 * then.
 */
export function steady<T extends object>(before: T | undefined, now: T): T {
  if (!before) return now;
  const keys = Object.keys(now) as (keyof T)[];
  const same = keys.length === Object.keys(before).length && keys.every((key) => before[key] === now[key]);
  return same ? before : now;
}
