import type { Problem } from './problem.ts';

/** Keys that reach an object's prototype when somebody copies properties carelessly. */
const RESERVED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const DEEPEST = 32;
const MOST_VALUES = 1_000_000;

/**
 * Looks over JSON of unknown origin before any recursive code does: too deep, too many values, or keys that reach
 * prototypes. Iterative, so that nesting cannot overflow the stack; cyclic objects end at the depth limit.
 */
export function inspectJson(root: unknown): Problem | undefined {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > DEEPEST) {
      return { code: 'malformed', message: `The workflow is nested deeper than ${DEEPEST} levels.` };
    }
    const keys = Object.keys(value);
    seen += keys.length;
    if (seen > MOST_VALUES) {
      return { code: 'too-large', message: `The workflow has more than ${MOST_VALUES} values.` };
    }
    if (!Array.isArray(value)) {
      const reserved = keys.find((key) => RESERVED_KEYS.has(key));
      if (reserved !== undefined) {
        return {
          code: 'malformed',
          message: `The workflow uses "${reserved}" as a name, which is reserved.`,
        };
      }
    }
    for (const key of keys) open.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
  }
  return undefined;
}
