import type { Point } from '../core/rect.ts';

/** SVG path of a link from an output to an input: leaves and arrives horizontally. */
export function linkPath(from: Point, to: Point): string {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const reach = Math.max(24, Math.min(distance / 2, to.x > from.x ? Math.abs(to.x - from.x) / 2 + 20 : 160));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}
