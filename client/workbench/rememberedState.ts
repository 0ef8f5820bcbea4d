import { reactive, watch } from 'vue';
import type { z } from 'zod';

/** Reactive state that the browser remembers; what does not fit the schema any more starts over. */
export function rememberedState<T extends object>(key: string, schema: z.ZodType<T>, start: T): T {
  const state = reactive({ ...start, ...read(key, schema) }) as T;
  watch(state, () => {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      // A full or forbidden storage costs only the memory of it.
    }
  });
  return state;
}

function read<T extends object>(key: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(localStorage.getItem(key) ?? 'null')).data;
  } catch {
    return undefined;
  }
}
