import { overlaps, type Point, type Rect } from '../core/rect.ts';

/** What a link may run around. */
export interface LinkSurroundings {
  /** The nodes at its ends. */
  readonly from: Rect;
  readonly to: Rect;
  /** All other nodes. */
  readonly others: readonly Rect[];
  /** Keeps links of different types beside each other. */
  readonly lane: number;
}

/** How a link that is no simple curve runs: up or down at `out`, across at `across`, up or down at `back`. */
interface Route {
  readonly out: number;
  readonly across: number;
  readonly back: number;
}

const REACH = 16;
const LANE = 5;
const RADIUS = 8;
/** A link that crosses more nodes than this has no gap to be found, only time to be lost. */
const MOST_NODES = 40;
/** Longer ways round are harder to follow than a link behind a node. */
const LONGEST_DETOUR = 600;

/**
 * SVG path of a link from an output to an input: leaves and arrives horizontally. One that would run behind nodes
 * goes through the gap between them where there is one: beside its own node when it leads back to one above or below.
 */
export function linkPath(from: Point, to: Point, around?: LinkSurroundings): string {
  const route =
    around && (to.x < from.x + REACH ? backRoute(from, to, around) : onwardRoute(from, to, around));
  if (route) return routePath(from, to, route);
  const reach = curveReach(from, to);
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

function curveReach(from: Point, to: Point): number {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  return Math.max(24, Math.min(distance / 2, to.x > from.x ? Math.abs(to.x - from.x) / 2 + 20 : 160));
}

/** Between two nodes that lie above each other, beside the first. */
function backRoute(start: Point, end: Point, { from, to, lane }: LinkSurroundings): Route | undefined {
  const below = to.y - (from.y + from.height);
  const above = from.y - (to.y + to.height);
  if (Math.max(below, above) < RADIUS) return undefined;
  const away = Math.min(RADIUS + lane * LANE, Math.max(below, above) / 2);
  const reach = REACH + lane * LANE;
  const across = below > 0 ? from.y + from.height + away : from.y - away;
  return { out: start.x + reach, across, back: end.x - reach };
}

/** Through the nearest height at which no node is in the way, if the plain curve would run behind one. */
function onwardRoute(start: Point, end: Point, { others, lane }: LinkSurroundings): Route | undefined {
  const [out, back] = [start.x + REACH + lane * LANE, end.x - REACH - lane * LANE];
  const between = others.filter((rect) => rect.x <= back && rect.x + rect.width >= out);
  if (out >= back || between.length > MOST_NODES) return undefined;
  const hidden = curvePoints(start, end).some((point) => between.some((rect) => overlaps(rect, dot(point))));
  if (!hidden) return undefined;
  const away = RADIUS + lane * LANE;
  const straight = Math.abs(end.y - start.y);
  const detour = (y: number): number => Math.abs(y - start.y) + Math.abs(y - end.y) - straight;
  return between
    .flatMap((rect) => [rect.y - away, rect.y + rect.height + away])
    .filter((y) => detour(y) <= LONGEST_DETOUR)
    .toSorted((a, b) => detour(a) - detour(b))
    .map((across) => ({ out, across, back }))
    .find(({ across }) => {
      const ways = [
        box(out, across, back, across),
        box(out, start.y, out, across),
        box(back, across, back, end.y),
      ];
      return !between.some((rect) => ways.some((way) => overlaps(rect, way)));
    });
}

function curvePoints(from: Point, to: Point): Point[] {
  const reach = curveReach(from, to);
  const at = (t: number, a: number, b: number, [c, d]: readonly [number, number]): number =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * c + 3 * (1 - t) * t ** 2 * d + t ** 3 * b;
  return Array.from({ length: 15 }, (_, index) => {
    const t = (index + 1) / 16;
    return { x: at(t, from.x, to.x, [from.x + reach, to.x - reach]), y: at(t, from.y, to.y, [from.y, to.y]) };
  });
}

const dot = ({ x, y }: Point): Rect => ({ x, y, width: 0, height: 0 });
const box = (x1: number, y1: number, x2: number, y2: number): Rect => ({
  x: Math.min(x1, x2),
  y: Math.min(y1, y2),
  width: Math.abs(x2 - x1),
  height: Math.abs(y2 - y1),
});

/** Straight lines with round corners. */
function routePath(from: Point, to: Point, { out, across, back }: Route): string {
  const corner = (length: number): number => Math.sign(length) * Math.min(RADIUS, Math.abs(length) / 2);
  const [first, second, along] = [corner(across - from.y), corner(to.y - across), corner(back - out)];
  return [
    `M${from.x} ${from.y}H${out - RADIUS}Q${out} ${from.y} ${out} ${from.y + first}`,
    `V${across - first}Q${out} ${across} ${out + along} ${across}`,
    `H${back - along}Q${back} ${across} ${back} ${across + second}`,
    `V${to.y - second}Q${back} ${to.y} ${back + RADIUS} ${to.y}H${to.x}`,
  ].join('');
}
