import type { WorkflowDocument, WorkflowGroup } from '../../../workflows/schema/document.ts';
import type { EditCommand, ItemMove } from './editCommand.ts';
import { groupContents, type NodeSizes } from './groupContents.ts';
import { withoutCycles, type Edge } from './layerGraph.ts';
import { placeAll } from './placeLayers.ts';
import { boundsOf, snap, type Point, type Rect } from './rect.ts';

const GROUP_PADDING = { x: 24, top: 48, bottom: 24 };

/**
 * Lays nodes out from left to right along their links, at their real sizes. Separate parts go below each other. What
 * a group holds is laid out by itself and moved as one, so that no group comes to lie over another; the frames are
 * fitted around it. One undo step.
 */
export function arrangeCommand(
  document: WorkflowDocument,
  nodes: readonly string[],
  sizeOf: NodeSizes,
): EditCommand {
  const clusters = clustersOf(document, nodes, sizeOf).map(({ ids, framed }) => {
    const points = placeAll(
      ids.map(sizeOf),
      edgesBetween(
        document,
        ids.map((id) => [id]),
      ),
    );
    const { width, height } = boundsOf(points.map((point, at) => ({ ...point, ...sizeOf(ids[at]!) })))!;
    const { x, top, bottom } = framed ? GROUP_PADDING : { x: 0, top: 0, bottom: 0 };
    const inner = points.map((point) => ({ x: point.x + x, y: point.y + top }));
    return { ids, inner, size: { width: width + 2 * x, height: height + top + bottom } };
  });
  const edges = edgesBetween(
    document,
    clusters.map(({ ids }) => ids),
  );
  const places = placeAll(
    clusters.map(({ size }) => size),
    withoutCycles(clusters.length, edges),
  );
  const origin = originOf(document, nodes);
  const moves = clusters.flatMap(({ ids, inner }, cluster) =>
    ids.map((id, at): ItemMove => {
      const [{ x, y }, own] = [places[cluster]!, inner[at]!];
      return { kind: 'node', id, x: snap(origin.x + x + own.x), y: snap(origin.y + y + own.y) };
    }),
  );
  return {
    kind: 'batch',
    commands: [{ kind: 'move', moves }, ...fitGroups({ document, moves, sizeOf })],
  };
}

interface Cluster {
  readonly ids: readonly string[];
  /** A group's, with its frame around it. */
  readonly framed: boolean;
}

/** The nodes of each outermost group of which all are chosen, then every other node by itself. */
function clustersOf(document: WorkflowDocument, nodes: readonly string[], sizeOf: NodeSizes): Cluster[] {
  const left = new Set(nodes);
  const area = ({ size }: WorkflowGroup): number => size.width * size.height;
  const groups = document.groups
    .toSorted((a, b) => area(b) - area(a))
    .flatMap((group): Cluster[] => {
      const ids = groupContents(document, [group.id], sizeOf).nodes;
      if (ids.length === 0 || !ids.every((id) => left.has(id))) return [];
      ids.forEach((id) => left.delete(id));
      return [{ ids, framed: true }];
    });
  return [...groups, ...[...left].map((id) => ({ ids: [id], framed: false }))];
}

/** The links between sets of nodes, by index, each once. */
function edgesBetween(document: WorkflowDocument, sets: readonly (readonly string[])[]): Edge[] {
  const index = new Map(sets.flatMap((ids, set) => ids.map((id) => [id, set] as const)));
  const edges = document.links.flatMap(({ from, to }): Edge[] => {
    const [source, target] = [index.get(from.node), index.get(to.node)];
    if (source === undefined || target === undefined || source === target) return [];
    return [{ from: source, to: target }];
  });
  return uniqueEdges(edges);
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
