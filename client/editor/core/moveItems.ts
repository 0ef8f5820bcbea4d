import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { EditCommand, ItemMove } from './editCommand.ts';
import type { ItemIds } from './itemIds.ts';
import { snap, type Point } from './rect.ts';

/** The placed items of a selection, where they are now. */
export function placesOf(document: WorkflowDocument, items: ItemIds): ItemMove[] {
  const pick = (
    kind: ItemMove['kind'],
    list: readonly { id: string; position: Point }[],
    ids: readonly string[],
  ): ItemMove[] => {
    const wanted = new Set(ids);
    return list
      .filter((item) => wanted.has(item.id))
      .map((item) => ({ kind, id: item.id, ...item.position }));
  };
  return [
    ...pick('node', document.nodes, items.nodes),
    ...pick('group', document.groups, items.groups),
    ...pick('note', document.notes, items.notes),
  ];
}

/**
 * Moves items by an offset from where they were when a drag began. The one that is held snaps to the grid and the
 * others keep their distance to it, so that nothing shifts within the selection.
 */
export function moveCommand(places: readonly ItemMove[], held: Point, offset: Point): EditCommand {
  const dx = snap(held.x + offset.x) - held.x;
  const dy = snap(held.y + offset.y) - held.y;
  return { kind: 'move', moves: places.map((place) => ({ ...place, x: place.x + dx, y: place.y + dy })) };
}
