interface Point {
  readonly x: number;
  readonly y: number;
}

/** How two fingers have moved: their middle, how far apart they are, and how they are turned. */
export interface PinchChange {
  readonly from: Point;
  readonly to: Point;
  readonly factor: number;
  /** Degrees, clockwise. */
  readonly turn: number;
}

/** From where two fingers were to where they are. */
export function pinchChange(before: readonly [Point, Point], after: readonly [Point, Point]): PinchChange {
  const [was, is] = [measure(before), measure(after)];
  const turn = is.angle - was.angle;
  return {
    from: was.middle,
    to: is.middle,
    factor: was.distance === 0 ? 1 : is.distance / was.distance,
    turn: turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn,
  };
}

function measure([a, b]: readonly [Point, Point]): { middle: Point; distance: number; angle: number } {
  return {
    middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    distance: Math.hypot(b.x - a.x, b.y - a.y),
    angle: (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI,
  };
}
