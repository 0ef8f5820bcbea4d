import type { Point, Rect } from '../core/rect.ts';

/** The nodes at the ends of a link, and a number that keeps links of different types beside each other. */
export interface LinkEnds {
  readonly from: Rect;
  readonly to: Rect;
  readonly lane: number;
}

const REACH = 16;
const LANE = 4;
const RADIUS = 8;

/**
 * SVG path of a link from an output to an input: leaves and arrives horizontally. One that leads back to a node above
 * or below runs around its own node, through the gap between the two, and not behind them.
 */
export function linkPath(from: Point, to: Point, ends?: LinkEnds): string {
  const gap = ends && to.x < from.x + REACH ? gapBetween(ends) : undefined;
  if (ends && gap !== undefined) return around({ from, to, gap, reach: REACH + ends.lane * LANE });
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const reach = Math.max(24, Math.min(distance / 2, to.x > from.x ? Math.abs(to.x - from.x) / 2 + 20 : 160));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** Where to cross between two nodes that lie above each other: beside the first. */
function gapBetween({ from, to, lane }: LinkEnds): number | undefined {
  const below = to.y - (from.y + from.height);
  const above = from.y - (to.y + to.height);
  if (Math.max(below, above) < RADIUS) return undefined;
  const away = Math.min(RADIUS + lane * LANE, Math.max(below, above) / 2);
  return below > 0 ? from.y + from.height + away : from.y - away;
}

function around(way: { from: Point; to: Point; gap: number; reach: number }): string {
  const { from, to, gap, reach } = way;
  const [out, back] = [from.x + reach, to.x - reach];
  const [first, second] = [Math.sign(gap - from.y) * RADIUS, Math.sign(to.y - gap) * RADIUS];
  return [
    `M${from.x} ${from.y}H${out - RADIUS}Q${out} ${from.y} ${out} ${from.y + first}`,
    `V${gap - first}Q${out} ${gap} ${out - RADIUS} ${gap}`,
    `H${back + RADIUS}Q${back} ${gap} ${back} ${gap + second}`,
    `V${to.y - second}Q${back} ${to.y} ${back + RADIUS} ${to.y}H${to.x}`,
  ].join('');
}
