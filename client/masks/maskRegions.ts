import type { MaskPlane } from '../../drawing/maskPlane.ts';
import type { Region } from '../../drawing/region.ts';

/** The bytes of a region, row after row. */
export function copyRegion(
  { width, data }: MaskPlane,
  { left, top, right, bottom }: Region,
): Uint8Array<ArrayBuffer> {
  const columns = right - left;
  const bytes = new Uint8Array(columns * (bottom - top));
  for (let y = top; y < bottom; y++) {
    bytes.set(data.subarray(y * width + left, y * width + right), (y - top) * columns);
  }
  return bytes;
}

/** Puts them (back) in. */
export function pasteRegion(
  { width, data }: MaskPlane,
  { left, top, right, bottom }: Region,
  bytes: Uint8Array,
): void {
  const columns = right - left;
  for (let y = top; y < bottom; y++) {
    const from = (y - top) * columns;
    data.set(bytes.subarray(from, from + columns), y * width + left);
  }
}
