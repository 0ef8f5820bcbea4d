import type { WorkflowLink } from '../../../workflows/schema/document.ts';

/** What can be placed on the canvas. */
export type ItemKind = 'node' | 'group' | 'note';

/** Names some items of a workflow; also the shape of a selection. Links are named by `linkKey`. */
export interface ItemIds {
  readonly nodes: readonly string[];
  readonly groups: readonly string[];
  readonly notes: readonly string[];
  readonly links: readonly string[];
}

export const noItems: ItemIds = { nodes: [], groups: [], notes: [], links: [] };

/** A link has no id of its own: its two ends name it. */
export function linkKey(link: WorkflowLink): string {
  return `${link.from.node}:${link.from.port}>${link.to.node}:${link.to.port}`;
}

/** How many items are named. */
export function countItems(items: ItemIds): number {
  return items.nodes.length + items.groups.length + items.notes.length + items.links.length;
}

/** The given items where left out ones are empty: `itemIds({ nodes: ['a'] })`. */
export function itemIds(some: Partial<ItemIds>): ItemIds {
  return { ...noItems, ...some };
}
