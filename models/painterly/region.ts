import type { Box } from '../image/box.ts';
import type { CropBox } from '../image/cropPicture.ts';
import type { Plane } from './plane.ts';
import type { Size } from './torch7Resize.ts';

/** A part of a picture, or of what a layer answers to it. */
export class Region implements Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Of all of it. */
  readonly whole: Size;

  constructor({ left, top, right, bottom }: Box, whole: Size) {
    [this.left, this.top] = [Math.max(0, left), Math.max(0, top)];
    [this.right, this.bottom] = [Math.min(whole.width, right), Math.min(whole.height, bottom)];
    this.whole = whole;
  }

  static all(whole: Size): Region {
    return new Region({ left: 0, top: 0, right: whole.width, bottom: whole.height }, whole);
  }

  /** The smallest one around what is not 0 in a mask; none where everything is. */
  static around({ width, height, data }: Plane): Region | undefined {
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (const [i, value] of data.entries()) {
      if (value === 0) continue;
      const [x, y] = [i % width, Math.floor(i / width)];
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), y + 1];
    }
    return left < right ? new Region({ left, top, right, bottom }, { width, height }) : undefined;
  }

  get isAll(): boolean {
    return this.equals(Region.all(this.whole));
  }

  get box(): CropBox {
    const { left, top, right, bottom } = this;
    return { left, top, width: right - left, height: bottom - top };
  }

  equals(other: Region): boolean {
    return (['left', 'top', 'right', 'bottom'] as const).every((side) => this[side] === other[side]);
  }

  /** Larger on every side, but within the whole. */
  grown(by: number): Region {
    const { left, top, right, bottom } = this;
    return new Region({ left: left - by, top: top - by, right: right + by, bottom: bottom + by }, this.whole);
  }

  joined(other: Region): Region {
    const box = {
      left: Math.min(this.left, other.left),
      top: Math.min(this.top, other.top),
      right: Math.max(this.right, other.right),
      bottom: Math.max(this.bottom, other.bottom),
    };
    return new Region(box, this.whole);
  }

  /** The squares of 2x2 that it reaches into, where sizes are halved rounding up. */
  halved(): Region {
    const half = (place: number): number => Math.ceil(place / 2);
    const { left, top, right, bottom, whole } = this;
    const box = {
      left: Math.floor(left / 2),
      top: Math.floor(top / 2),
      right: half(right),
      bottom: half(bottom),
    };
    return new Region(box, { width: half(whole.width), height: half(whole.height) });
  }

  /** What the squares were, of something so large. */
  doubled(whole: Size): Region {
    const { left, top, right, bottom } = this;
    return new Region({ left: 2 * left, top: 2 * top, right: 2 * right, bottom: 2 * bottom }, whole);
  }
}
