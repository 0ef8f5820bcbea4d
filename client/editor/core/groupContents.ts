import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { noItems, type ItemIds } from './itemIds.ts';
import { contains, type Rect, type Size } from './rect.ts';

/** The size of a node as it is shown; a document does not know heights. */
export type NodeSizes = (node: string) => Size;

/** What lies wholly within the named groups: it moves with them. Includes groups within groups. */
export function groupContents(
  document: WorkflowDocument,
  groups: readonly string[],
  sizeOf: NodeSizes,
): ItemIds {
  const frames = document.groups
    .filter((group) => groups.includes(group.id))
    .map((group): Rect => ({ ...group.position, ...group.size }));
  if (frames.length === 0) return noItems;
  const inside = (rect: Rect): boolean => frames.some((frame) => contains(frame, rect));
  return {
    nodes: document.nodes
      .filter((node) => inside({ ...node.position, ...sizeOf(node.id) }))
      .map((node) => node.id),
    groups: document.groups
      .filter((group) => !groups.includes(group.id) && inside({ ...group.position, ...group.size }))
      .map((group) => group.id),
    notes: document.notes.filter((note) => inside({ ...note.position, ...note.size })).map((note) => note.id),
    links: [],
  };
}
