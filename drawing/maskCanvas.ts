import { featherMask } from './featherMask.ts';
import { fillPolygon } from './fillPolygon.ts';
import { floodFill } from './floodFill.ts';
import { growMask } from './growMask.ts';
import type { MaskPlane } from './maskPlane.ts';
import { paintStroke, type Brush } from './paintStroke.ts';
import { readPoints } from './points.ts';
import type { Region } from './region.ts';
import type { MaskOperation } from './strokes.ts';

/**
 * A mask being drawn. The same operations give the same pixels in every browser and on the server: all arithmetic is
 * on whole numbers, or on what IEEE 754 defines to the last bit.
 */
export class MaskCanvas implements MaskPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  /** Empty, or with the pixels of `start` (taken over, not copied). */
  constructor({ width, height }: { width: number; height: number }, start?: Uint8Array) {
    if (start && start.length !== width * height) {
      throw new RangeError(`A mask of ${width} x ${height} pixels has ${start.length} bytes.`);
    }
    this.width = width;
    this.height = height;
    this.data = start ?? new Uint8Array(width * height);
  }

  /** Does one operation and says where pixels may have changed; undefined = nowhere. */
  apply(operation: MaskOperation): Region | undefined {
    switch (operation.op) {
      case 'stroke':
        return this.paint(operation, readPoints(operation.points, 3) ?? []);
      case 'polygon':
        return fillPolygon(this, operation.mode, readPoints(operation.points, 2) ?? []);
      case 'fill':
        return floodFill(this, operation.mode, operation);
      case 'grow':
        return growMask(this, operation.pixels);
      case 'feather':
        return featherMask(this, operation.pixels);
      case 'invert':
        for (let i = 0; i < this.data.length; i++) this.data[i]! ^= 255;
        return this.#everywhere;
      case 'clear':
      case 'all':
        this.data.fill(operation.op === 'all' ? 255 : 0);
        return this.#everywhere;
    }
  }

  /** A stroke while it grows: its points (x, y, pressure, ...) from number `from` on; the rest is there already. */
  paint(brush: Brush, points: ArrayLike<number>, from = 0): Region | undefined {
    return paintStroke(this, brush, { points, from });
  }

  get #everywhere(): Region {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }
}
