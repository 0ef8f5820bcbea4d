import { overlaps, snap, type Point, type Rect, type Size } from './rect.ts';

const GAP = 16;
const STEP = 40;

/**
 * Where a new item of this size covers nothing: as near as possible to the middle of what is seen; where all of that
 * is taken, to the right of everything.
 */
export function freePlace(size: Size, seen: Rect, taken: readonly Rect[]): Point {
  const middle = { x: seen.x + (seen.width - size.width) / 2, y: seen.y + (seen.height - size.height) / 2 };
  const near = taken.filter((rect) => overlaps(rect, seen));
  let best: Point | undefined;
  let least = Infinity;
  for (let y = seen.y + GAP; y + size.height + GAP <= seen.y + seen.height; y += STEP) {
    for (let x = seen.x + GAP; x + size.width + GAP <= seen.x + seen.width; x += STEP) {
      const distance = Math.hypot(x - middle.x, y - middle.y);
      const at = { x: snap(x), y: snap(y) };
      if (distance < least && isFree({ ...at, ...size }, near)) [best, least] = [at, distance];
    }
  }
  const centre = { x: snap(middle.x), y: snap(middle.y) };
  if (isFree({ ...centre, ...size }, near)) return centre;
  return best ?? besideAll(size, middle, taken);
}

function isFree(place: Rect, taken: readonly Rect[]): boolean {
  const around = {
    x: place.x - GAP,
    y: place.y - GAP,
    width: place.width + 2 * GAP,
    height: place.height + 2 * GAP,
  };
  return !taken.some((rect) => overlaps(rect, around));
}

function besideAll(size: Size, middle: Point, taken: readonly Rect[]): Point {
  const rows = taken.filter((rect) => rect.y < middle.y + size.height && rect.y + rect.height > middle.y);
  const right = Math.max(middle.x, ...rows.map((rect) => rect.x + rect.width));
  return { x: snap(right + 2 * GAP), y: snap(middle.y) };
}
