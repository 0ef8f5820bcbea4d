import type { MaskPlane } from '../../drawing/maskPlane.ts';
import type { Region } from '../../drawing/region.ts';
import type { StageView } from '../pictures/stageView.ts';

/** A colour for each of the 256 values of a mask, as 32 bits of R, G, B, A in memory. */
export type MaskColours = Uint32Array;

const STRENGTH = 0.55;

/** `#rrggbb`, more opaque where more is selected. */
export function tintColours(colour: string): MaskColours {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return colours((value) => [r!, g!, b!, Math.round(value * STRENGTH)]);
}

/** From black to white, with nothing behind. */
export function greyColours(): MaskColours {
  return colours((value) => [value, value, value, 255]);
}

function colours(of: (value: number) => readonly number[]): MaskColours {
  const bytes = new Uint8Array(256 * 4);
  for (let value = 0; value < 256; value++) bytes.set(of(value), value * 4);
  return new Uint32Array(bytes.buffer);
}

/**
 * A mask as it is seen in an area of the screen (whole device pixels; `view` in device pixels, too). Enlarged, pixels stay
 * squares; made smaller, each screen pixel is the mean of four places.
 */
export function maskOverlay(
  mask: MaskPlane,
  { view, area, colours }: { readonly view: StageView; readonly area: Region; readonly colours: MaskColours },
): Uint8ClampedArray<ArrayBuffer> {
  const [columns, rows] = [area.right - area.left, area.bottom - area.top];
  const pixels = new Uint32Array(columns * rows);
  const spread = view.scale < 1 ? 0.25 : 0;
  const across = [-spread, spread].map((by) =>
    places(area.left, columns, { ...view, by, limit: mask.width }),
  );
  const down = [-spread, spread].map((by) =>
    places(area.top, rows, { ...view, x: view.y, by, limit: mask.height }),
  );
  const [left, right] = [across[0]!, across[1]!];
  const { width, data } = mask;
  for (let y = 0; y < rows; y++) {
    const [top, bottom] = [down[0]![y]!, down[1]![y]!];
    if (top < 0 || bottom < 0) continue;
    const [upper, lower] = [top * width, bottom * width];
    for (let x = 0; x < columns; x++) {
      const [a, b] = [left[x]!, right[x]!];
      if (a < 0 || b < 0) continue;
      const value =
        spread === 0
          ? data[upper + a]!
          : (data[upper + a]! + data[upper + b]! + data[lower + a]! + data[lower + b]! + 2) >> 2;
      pixels[y * columns + x] = colours[value]!;
    }
  }
  return new Uint8ClampedArray(pixels.buffer);
}

/** Which column (or row) of the mask each screen pixel shows; -1 beside the picture. */
function places(
  start: number,
  count: number,
  { scale, x, by, limit }: { scale: number; x: number; by: number; limit: number },
): Int32Array {
  const found = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const middle = start + i + 0.5;
    const inside = middle - x > 0 && middle - x < limit * scale;
    const at = Math.floor((middle + by - x) / scale);
    found[i] = inside ? Math.min(limit - 1, Math.max(0, at)) : -1;
  }
  return found;
}

/** Where a region of the picture is on the screen, in whole pixels, none of it left out. */
export function screenArea({ left, top, right, bottom }: Region, { scale, x, y }: StageView): Region {
  return {
    left: Math.floor(left * scale + x) - 1,
    top: Math.floor(top * scale + y) - 1,
    right: Math.ceil(right * scale + x) + 1,
    bottom: Math.ceil(bottom * scale + y) + 1,
  };
}
