import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { EditCommand, ItemMove } from './editCommand.ts';
import { groupContents, type NodeSizes } from './groupContents.ts';
import { assignLayers, components, orderLayers, type Edge } from './layerGraph.ts';
import { boundsOf, snap, type Point, type Rect, type Size } from './rect.ts';

const COLUMN_GAP = 80;
const ROW_GAP = 32;
const PART_GAP = 64;
const GROUP_PADDING = { x: 24, top: 48, bottom: 24 };

/**
 * Lays nodes out from left to right along their links, at their real sizes. Separate parts go below each other;
 * groups are fitted around the nodes that they held. One undo step.
 */
export function arrangeCommand(
  document: WorkflowDocument,
  nodes: readonly string[],
  sizeOf: NodeSizes,
): EditCommand {
  const index = new Map(nodes.map((id, place) => [id, place]));
  const edges = document.links.flatMap(({ from, to }): Edge[] => {
    const [source, target] = [index.get(from.node), index.get(to.node)];
    return source === undefined || target === undefined ? [] : [{ from: source, to: target }];
  });
  const positions = placeAll(nodes.map(sizeOf), uniqueEdges(edges));
  const origin = originOf(document, nodes);
  const moves = nodes.map((id, place): ItemMove => {
    const { x, y } = positions[place]!;
    return { kind: 'node', id, x: snap(origin.x + x), y: snap(origin.y + y) };
  });
  return {
    kind: 'batch',
    commands: [{ kind: 'move', moves }, ...fitGroups({ document, moves, sizeOf })],
  };
}

function uniqueEdges(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}

function originOf(document: WorkflowDocument, nodes: readonly string[]): Point {
  const chosen = new Set(nodes);
  const places = document.nodes.filter((node) => chosen.has(node.id));
  return {
    x: Math.min(...places.map((node) => node.position.x)),
    y: Math.min(...places.map((node) => node.position.y)),
  };
}

function placeAll(sizes: readonly Size[], edges: readonly Edge[]): Point[] {
  const positions = sizes.map((): Point => ({ x: 0, y: 0 }));
  let top = 0;
  for (const part of components(sizes.length, edges)) {
    const place = new Map(part.map((item, index) => [item, index]));
    const inner = edges
      .filter((edge) => place.has(edge.from))
      .map((edge) => ({ from: place.get(edge.from)!, to: place.get(edge.to)! }));
    const partSizes = part.map((item) => sizes[item]!);
    const placed = placePart(partSizes, inner);
    placed.forEach((point, item) => (positions[part[item]!] = { x: point.x, y: point.y + top }));
    top += Math.max(...placed.map((point, item) => point.y + partSizes[item]!.height)) + PART_GAP;
  }
  return positions;
}

/** Places one connected part with its top left corner at 0, 0. */
function placePart(sizes: readonly Size[], edges: readonly Edge[]): Point[] {
  const columns = orderLayers(assignLayers(sizes.length, edges), edges);
  const ys = alignRows(columns, sizes, edges);
  const top = Math.min(...ys);
  const points = Array<Point>(sizes.length);
  let left = 0;
  for (const column of columns.filter((items) => items.length > 0)) {
    for (const item of column) points[item] = { x: left, y: ys[item]! - top };
    left += Math.max(...column.map((item) => sizes[item]!.width)) + COLUMN_GAP;
  }
  return points;
}

/** Moves each item towards the middle of its neighbours while the order within its column stays. */
function alignRows(columns: readonly number[][], sizes: readonly Size[], edges: readonly Edge[]): number[] {
  const ys = Array<number>(sizes.length).fill(0);
  for (const column of columns) spread(column, ys, { sizes, wish: () => 0 });
  for (let sweep = 0; sweep < 6; sweep++) {
    const side = sweep % 2 === 0 ? 'from' : 'to';
    for (const column of side === 'from' ? columns : columns.toReversed()) {
      const wish = (item: number): number => {
        const near = edges.flatMap((edge) =>
          side === 'from' ? (edge.to === item ? [edge.from] : []) : edge.from === item ? [edge.to] : [],
        );
        if (near.length === 0) return ys[item]!;
        return near.reduce((sum, other) => sum + ys[other]!, 0) / near.length;
      };
      spread(column, ys, { sizes, wish });
    }
  }
  return ys;
}

/** Gives a column's items the heights that they wish for, pushed apart where they would overlap. */
function spread(
  column: readonly number[],
  ys: number[],
  { sizes, wish }: { readonly sizes: readonly Size[]; readonly wish: (item: number) => number },
): void {
  const wishes = column.map(wish);
  let next = -Infinity;
  column.forEach((item, row) => {
    ys[item] = Math.max(next, wishes[row]!);
    next = ys[item] + sizes[item]!.height + ROW_GAP;
  });
  // Pushing only downwards would make columns drift: give the mean shift back.
  const shift = column.reduce((sum, item, row) => sum + ys[item]! - wishes[row]!, 0) / column.length;
  for (const item of column) ys[item]! -= shift;
}

function fitGroups(what: {
  readonly document: WorkflowDocument;
  readonly moves: readonly ItemMove[];
  readonly sizeOf: NodeSizes;
}): EditCommand[] {
  const moved = new Map(what.moves.map((move) => [move.id, move]));
  return what.document.groups.flatMap((group): EditCommand[] => {
    const held = groupContents(what.document, [group.id], what.sizeOf).nodes;
    if (!held.some((id) => moved.has(id))) return [];
    const rects = held.map((id): Rect => {
      const still = what.document.nodes.find((node) => node.id === id)!.position;
      const { x, y } = moved.get(id) ?? still;
      return { x, y, ...what.sizeOf(id) };
    });
    const { x, y, width, height } = boundsOf(rects)!;
    return [
      {
        kind: 'move',
        moves: [{ kind: 'group', id: group.id, x: x - GROUP_PADDING.x, y: y - GROUP_PADDING.top }],
      },
      {
        kind: 'resize',
        item: 'group',
        id: group.id,
        width: width + 2 * GROUP_PADDING.x,
        height: height + GROUP_PADDING.top + GROUP_PADDING.bottom,
      },
    ];
  });
}

/** The frame of a new group around some items. */
export function groupFrame(rects: readonly Rect[]): Rect | undefined {
  const bounds = boundsOf(rects);
  return (
    bounds && {
      x: bounds.x - GROUP_PADDING.x,
      y: bounds.y - GROUP_PADDING.top,
      width: bounds.width + 2 * GROUP_PADDING.x,
      height: bounds.height + GROUP_PADDING.top + GROUP_PADDING.bottom,
    }
  );
}
