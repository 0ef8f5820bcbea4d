/** Moves places (in thousandths) apart to at least `gap`, in their order, and keeps them in the chart. */
export function spread(places: readonly number[], gap: number): number[] {
  const order = [...places.keys()].sort((a, b) => places[a]! - places[b]!);
  const room = Math.min(gap, 1000 / Math.max(1, places.length - 1));
  const moved = [...places];
  order.forEach((at, i) => {
    if (i > 0) moved[at] = Math.max(moved[at]!, moved[order[i - 1]!]! + room);
  });
  order.toReversed().forEach((at, i, reversed) => {
    const limit = i === 0 ? 1000 : moved[reversed[i - 1]!]! - room;
    moved[at] = Math.min(moved[at]!, limit);
  });
  return moved;
}
