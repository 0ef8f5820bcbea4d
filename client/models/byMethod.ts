import type { CatalogueEntry } from '../../server/protocol/models.ts';

export interface MethodGroup {
  /** Several where they share models; empty when none is named. */
  readonly method: string;
  readonly entries: readonly CatalogueEntry[];
}

/** The catalogue by method, in its own order; what several methods need comes once, under all their names. */
export function byMethod(entries: readonly CatalogueEntry[]): MethodGroup[] {
  const groups = new Map<string, CatalogueEntry[]>();
  for (const entry of entries) {
    const method = entry.methods.join(', ');
    groups.set(method, [...(groups.get(method) ?? []), entry]);
  }
  return [...groups].map(([method, inGroup]) => ({ method, entries: inGroup }));
}
