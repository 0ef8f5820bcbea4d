import { overlaps, type Point, type Rect, type Size } from '../core/rect.ts';
import { ZOOM, type Transform } from './canvasArea.ts';

const PADDING = 16;
const ROOMY = 1600;
/** What the zoom bar in the bottom right corner covers, with the space around it. */
const CORNER = { width: 184, height: 48 };

/** What a view is to show, in canvas coordinates. */
export interface Shown {
  readonly bounds: Rect;
  /** What must not lie under the zoom bar: nodes and notes, not the frames around them. */
  readonly solid: readonly Rect[];
}

/** The largest view that shows everything, if need be a little smaller to keep the corner free. */
export function fitView({ bounds, solid }: Shown, size: Size): Transform {
  const fit = Math.min(
    (size.width - 2 * PADDING) / Math.max(1, bounds.width),
    (size.height - 2 * PADDING) / Math.max(1, bounds.height),
  );
  // A very large window would show a few small nodes in much emptiness.
  const most = Math.min(1.5, Math.max(1, size.width / ROOMY));
  const largest = Math.min(most, Math.max(ZOOM.min, fit));
  for (let k = largest; k > largest * 0.9; k *= 0.99) {
    const free = placements(bounds, size, k).find(
      (view) => !solid.some((rect) => inCorner(rect, view, size)),
    );
    if (free) return free;
  }
  return placements(bounds, size, largest)[0]!;
}

/** In the middle; else with the spare room moved to where the zoom bar is, as little of it as will do. */
function placements(bounds: Rect, size: Size, k: number): Transform[] {
  const spare = {
    x: Math.max(0, (size.width - bounds.width * k) / 2 - PADDING),
    y: Math.max(0, (size.height - bounds.height * k) / 2 - PADDING),
  };
  const at = (dx: number, dy: number): Transform => ({
    k,
    x: size.width / 2 - (bounds.x + bounds.width / 2) * k - dx,
    y: size.height / 2 - (bounds.y + bounds.height / 2) * k - dy,
  });
  const shifts = [0.25, 0.5, 0.75, 1].flatMap((part) => [
    at(0, part * Math.min(spare.y, CORNER.height)),
    at(part * Math.min(spare.x, CORNER.width), 0),
  ]);
  return [at(0, 0), ...shifts];
}

function inCorner(rect: Rect, { k, x, y }: Transform, { width, height }: Size): boolean {
  const seen = { x: rect.x * k + x, y: rect.y * k + y, width: rect.width * k, height: rect.height * k };
  return overlaps(seen, { x: width - CORNER.width, y: height - CORNER.height, ...CORNER });
}

/** The view with a point in its middle. */
export function viewAround(centre: Point, k: number, { width, height }: Size): Transform {
  return { k, x: width / 2 - centre.x * k, y: height / 2 - centre.y * k };
}
