import { assignLayers, components, orderLayers, type Edge } from './layerGraph.ts';
import type { Point, Size } from './rect.ts';

const COLUMN_GAP = 80;
const ROW_GAP = 32;
const PART_GAP = 64;

/** Places items in columns along their edges, which lead round in no circle; separate parts go below each other. */
export function placeAll(sizes: readonly Size[], edges: readonly Edge[]): Point[] {
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
