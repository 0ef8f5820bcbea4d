import { roundPointValue, writePoints } from '../../drawing/points.ts';

/** Of the radius: pointers tell far more places than a stroke needs. */
const APART = 0.06;
/** Changes of pressure worth a point of their own. */
const PRESSURE = 0.05;

/** The points of a stroke while it is drawn, rounded as they will be saved. */
export class StrokePoints {
  readonly values: number[] = [];
  readonly #apart: number;

  /** `radius` of the brush in picture pixels. */
  constructor(radius: number) {
    this.#apart = Math.max(0.5, radius * APART);
  }

  get count(): number {
    return this.values.length / 3;
  }

  /** Takes a place (picture pixels) with the pressure in [0, 1], unless the last one stands for it. */
  add(x: number, y: number, pressure: number): void {
    const [lastX, lastY, lastPressure] = this.values.slice(-3);
    if (
      lastX !== undefined &&
      Math.hypot(x - lastX, y - lastY!) < this.#apart &&
      Math.abs(pressure - lastPressure!) < PRESSURE
    ) {
      return;
    }
    this.values.push(...[x, y, pressure].map(roundPointValue));
  }

  /** As a workflow keeps them. */
  toString(): string {
    return writePoints(this.values, 3);
  }
}
