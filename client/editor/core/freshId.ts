import type { WorkflowDocument } from '../../../workflows/schema/document.ts';

/** Every id that a workflow uses, of any kind of item, so that no two items ever share one. */
export function usedIds(document: WorkflowDocument): Set<string> {
  const items = [...document.nodes, ...document.groups, ...document.notes];
  return new Set(items.map((item) => item.id));
}

/**
 * A readable id that is not taken yet: `adain`, then `adain-2`, `adain-3`, ... People meet these ids on the command
 * line (`--set sample.steps=20`). Adds it to `used`.
 */
export function freshId(base: string, used: Set<string>): string {
  const stem =
    base
      .replace(/^.*\//, '')
      .replace(/-\d+$/, '')
      .replace(/[^A-Za-z0-9._-]/g, '')
      .slice(0, 56) || 'item';
  let id = stem;
  for (let count = 2; used.has(id); count++) id = `${stem}-${count}`;
  used.add(id);
  return id;
}
