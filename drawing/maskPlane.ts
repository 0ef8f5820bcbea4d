import { clipRegion, type Region } from './region.ts';

/** A mask as it is drawn on: one byte a pixel, rows from the top, 255 = selected. */
export interface MaskPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Where the mask is not 0, and `margin` pixels around it; undefined for an empty mask. */
export function selectedRegion({ width, height, data }: MaskPlane, margin: number): Region | undefined {
  const isEmpty = (y: number): boolean => {
    for (let i = y * width; i < (y + 1) * width; i++) if (data[i] !== 0) return false;
    return true;
  };
  let top = 0;
  while (top < height && isEmpty(top)) top++;
  if (top === height) return undefined;
  let bottom = height;
  while (isEmpty(bottom - 1)) bottom--;
  let [left, right] = [width, 0];
  for (let y = top; y < bottom; y++) {
    const row = y * width;
    for (let x = 0; x < left; x++) if (data[row + x] !== 0) left = x;
    for (let x = width - 1; x >= right; x--) if (data[row + x] !== 0) right = x + 1;
  }
  return clipRegion(
    { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin },
    { width, height },
  );
}
