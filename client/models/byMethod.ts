import type { CatalogueEntry } from '../../server/protocol/models.ts';

export interface MethodGroup {
  /** Empty when none is named. */
  readonly method: string;
  readonly entries: readonly CatalogueEntry[];
}

/** All that each method needs, in the catalogue's order: what several need comes with each of them. */
export function byMethod(entries: readonly CatalogueEntry[]): MethodGroup[] {
  const groups = new Map<string, CatalogueEntry[]>();
  for (const entry of entries) {
    for (const method of entry.methods.length > 0 ? entry.methods : [''])
      groups.set(method, [...(groups.get(method) ?? []), entry]);
  }
  return [...groups].map(([method, inGroup]) => ({ method, entries: inGroup }));
}
