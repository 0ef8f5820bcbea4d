import type { Point } from '../../drawing/affine.ts';
import type { Placement } from '../../drawing/placement.ts';
import { cornersOf, middleOf, move, scaleBy, turnBy, type PlacedSizes } from './placementEdits.ts';

export type Handle = 'move' | 'scale' | 'turn';

/** Where handles are on the screen; those that would lie outside of the stage are at its border. */
export interface Handles {
  /** Of the cut-out itself. */
  readonly outline: readonly Point[];
  readonly corners: readonly Point[];
  readonly middle: Point;
  readonly turn: Point;
}

/** How far the handle that turns stands off, and how near a press must be, in screen pixels. */
const OFF = 32;
const NEAR = 14;
const SNAP = 15;

/** The handles of a placement, `toScreen` leading from the background to the stage. */
export function handlesOf(
  placement: Placement,
  sizes: PlacedSizes,
  { toScreen, stage }: { readonly toScreen: (point: Point) => Point; readonly stage: PlacedSizes['cutout'] },
): Handles {
  const outline = cornersOf(placement, sizes).map(toScreen);
  const onStage = ({ x, y }: Point): Point => ({
    x: Math.min(stage.width - NEAR, Math.max(NEAR, x)),
    y: Math.min(stage.height - NEAR, Math.max(NEAR, y)),
  });
  const middle = toScreen(middleOf(placement, sizes));
  // "Above" is where the top of an unflipped cut-out is.
  const angle = ((placement.rotation - 90) * Math.PI) / 180;
  const reach = (sizes.cutout.height * placement.scale) / 2;
  const top = toScreen({
    x: middleOf(placement, sizes).x + Math.cos(angle) * reach,
    y: middleOf(placement, sizes).y + Math.sin(angle) * reach,
  });
  return {
    outline,
    corners: outline.map(onStage),
    middle,
    turn: onStage({ x: top.x + Math.cos(angle) * OFF, y: top.y + Math.sin(angle) * OFF }),
  };
}

/** What a press on the screen takes hold of; undefined beside the cut-out. */
export function handleAt({ outline, corners, middle, turn }: Handles, at: Point): Handle | undefined {
  const near = (point: Point): boolean => Math.hypot(point.x - at.x, point.y - at.y) <= NEAR;
  if (near(turn)) return 'turn';
  // So small that all handles lie on each other: to move it is what one wants most.
  const small = outline.every((corner) => Math.hypot(corner.x - middle.x, corner.y - middle.y) < NEAR * 1.5);
  if (!small && corners.some(near)) return 'scale';
  return near(middle) || isInside(outline, at) ? 'move' : undefined;
}

/** The placement when a handle was dragged from one point of the background to another. */
export function dragHandle(
  start: { readonly placement: Placement; readonly sizes: PlacedSizes; readonly handle: Handle },
  { from, to, even }: { readonly from: Point; readonly to: Point; readonly even: boolean },
): Placement {
  const { placement, sizes, handle } = start;
  const middle = middleOf(placement, sizes);
  if (handle === 'move') {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    if (!even) return move(placement, dx, dy);
    return Math.abs(dx) > Math.abs(dy) ? move(placement, dx, 0) : move(placement, 0, dy);
  }
  if (handle === 'scale') {
    const away = (point: Point): number => Math.hypot(point.x - middle.x, point.y - middle.y);
    return scaleBy(placement, away(to) / Math.max(1e-3, away(from)));
  }
  const angle = (point: Point): number =>
    (Math.atan2(point.y - middle.y, point.x - middle.x) * 180) / Math.PI;
  const turned = turnBy(placement, angle(to) - angle(from));
  if (!even) return turned;
  return turnBy({ ...placement, rotation: Math.round(turned.rotation / SNAP) * SNAP }, 0);
}

function isInside(corners: readonly Point[], { x, y }: Point): boolean {
  const sides = corners.map((corner, i) => {
    const next = corners[(i + 1) % corners.length]!;
    return Math.sign((next.x - corner.x) * (y - corner.y) - (next.y - corner.y) * (x - corner.x));
  });
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}
