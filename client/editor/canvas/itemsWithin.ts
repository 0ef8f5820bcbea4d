import type { ItemIds } from '../core/itemIds.ts';
import { contains, overlaps, type Rect } from '../core/rect.ts';
import type { EditorState } from '../session/editorState.ts';

/** What a marquee takes: nodes and notes that it touches, groups that lie wholly within, and what was selected. */
export function itemsWithin(what: {
  readonly state: EditorState;
  readonly rect: Rect;
  readonly before?: ItemIds | undefined;
}): ItemIds {
  const { state, rect, before } = what;
  const { nodes, groups, notes } = state.document.value;
  const ids = (list: readonly { readonly id: string }[], kept: readonly string[] = []): string[] => [
    ...new Set([...kept, ...list.map((item) => item.id)]),
  ];
  return {
    nodes: ids(
      nodes.filter((node) => overlaps(rect, { ...node.position, ...state.sizeOf(node.id) })),
      before?.nodes,
    ),
    groups: ids(
      groups.filter((group) => contains(rect, { ...group.position, ...group.size })),
      before?.groups,
    ),
    notes: ids(
      notes.filter((note) => overlaps(rect, { ...note.position, ...note.size })),
      before?.notes,
    ),
    links: before?.links ?? [],
  };
}
