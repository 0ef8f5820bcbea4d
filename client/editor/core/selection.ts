import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { linkKey, noItems, type ItemIds } from './itemIds.ts';

const lists = ['nodes', 'groups', 'notes', 'links'] as const;

/** Adds items to a selection, or takes out those that are all in it already (Shift + click). */
export function toggleItems(selection: ItemIds, items: ItemIds): ItemIds {
  const allIn = lists.every((list) => items[list].every((id) => selection[list].includes(id)));
  return combine((list) =>
    allIn
      ? selection[list].filter((id) => !items[list].includes(id))
      : [...new Set([...selection[list], ...items[list]])],
  );
}

/** Everything in a workflow; links follow their nodes and are not selected. */
export function allItems(document: WorkflowDocument): ItemIds {
  return {
    nodes: document.nodes.map((node) => node.id),
    groups: document.groups.map((group) => group.id),
    notes: document.notes.map((note) => note.id),
    links: [],
  };
}

/** The selection without what is no longer there; the same object when all of it is. */
export function pruneSelection(selection: ItemIds, document: WorkflowDocument): ItemIds {
  if (selection === noItems) return selection;
  const there = { ...allItems(document), links: document.links.map(linkKey) };
  const pruned = combine((list) => {
    if (selection[list].length === 0) return selection[list];
    const ids = new Set(there[list]);
    return selection[list].filter((id) => ids.has(id));
  });
  return lists.every((list) => pruned[list].length === selection[list].length) ? selection : pruned;
}

function combine(of: (list: (typeof lists)[number]) => readonly string[]): ItemIds {
  return { nodes: of('nodes'), groups: of('groups'), notes: of('notes'), links: of('links') };
}
