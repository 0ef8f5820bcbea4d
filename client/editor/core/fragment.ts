import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { Fragment } from './editCommand.ts';
import { freshId, usedIds } from './freshId.ts';
import type { ItemIds } from './itemIds.ts';
import type { Point } from './rect.ts';

/** The named items and the links between named nodes. */
export function takeFragment(document: WorkflowDocument, items: ItemIds): Fragment {
  const nodes = new Set(items.nodes);
  const groups = new Set(items.groups);
  const notes = new Set(items.notes);
  return {
    nodes: document.nodes.filter((node) => nodes.has(node.id)),
    links: document.links.filter((link) => nodes.has(link.from.node) && nodes.has(link.to.node)),
    groups: document.groups.filter((group) => groups.has(group.id)),
    notes: document.notes.filter((note) => notes.has(note.id)),
  };
}

/** The fragment with ids that are new to the workflow, moved by an offset. */
export function adoptFragment(document: WorkflowDocument, fragment: Fragment, offset: Point): Fragment {
  const used = usedIds(document);
  const nodeIds = new Map(fragment.nodes.map((node) => [node.id, freshId(node.id, used)]));
  const moved = <T extends { id: string; position: Point }>(item: T, id: string): T => ({
    ...item,
    id,
    position: { x: item.position.x + offset.x, y: item.position.y + offset.y },
  });
  return {
    models: fragment.models,
    nodes: fragment.nodes.map((node) => moved(node, nodeIds.get(node.id)!)),
    links: fragment.links.flatMap(({ from, to }) => {
      const [source, target] = [nodeIds.get(from.node), nodeIds.get(to.node)];
      if (source === undefined || target === undefined) return [];
      return [{ from: { ...from, node: source }, to: { ...to, node: target } }];
    }),
    groups: fragment.groups.map((group) => moved(group, freshId(group.id, used))),
    notes: fragment.notes.map((note) => moved(note, freshId(note.id, used))),
  };
}

/** The items of a fragment, as a selection. */
export function fragmentItems(fragment: Fragment): ItemIds {
  const ids = (items: readonly { id: string }[]): string[] => items.map((item) => item.id);
  return { nodes: ids(fragment.nodes), groups: ids(fragment.groups), notes: ids(fragment.notes), links: [] };
}

/** Top left corner of all that a fragment holds. */
export function fragmentOrigin(fragment: Fragment): Point {
  const positions = [...fragment.nodes, ...fragment.groups, ...fragment.notes].map((item) => item.position);
  return {
    x: Math.min(...positions.map((position) => position.x)),
    y: Math.min(...positions.map((position) => position.y)),
  };
}
