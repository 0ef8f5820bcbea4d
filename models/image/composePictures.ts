import type { Box } from './box.ts';
import type { Mask, Picture } from './picture.ts';
import { shrinkCutout, type Cutout, type Premultiplied } from './premultiplied.ts';

/** x' = a x + b y + c, y' = d x + e y + f. */
interface Map2d {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export interface Composition {
  readonly background: Picture;
  readonly cutout: Cutout;
  /** From pixels of the cut-out to pixels of the background, both from the top left corner. */
  readonly map: Map2d;
  /** Its inverse. */
  readonly back: Map2d;
}

/** What of the cut-out can be seen, as it is sampled: `scale` and `left`, `top` lead from its pixels to the sampled ones. */
interface Source {
  readonly pixels: Premultiplied;
  readonly left: number;
  readonly top: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/**
 * The cut-out on the background, and the mask of what it covers. Sampled with Keys' cubic (a = -0.5), which widens where
 * the cut-out shrinks; moved by whole pixels it keeps its own. The mask is soft where a pixel is covered in part.
 */
export function composePictures(composition: Composition): { image: Picture; mask: Mask } {
  const { background, back } = composition;
  const { width, height } = background;
  const data = background.data.slice();
  const mask = { width, height, data: new Float32Array(width * height) };
  const box = coveredBox(composition);
  if (!box) return { image: { width, height, data }, mask };
  const { pixels, left, top, scaleX, scaleY } = visibleSource(composition, box);
  const found = new Float64Array(4);
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      sampleCubic(pixels, {
        x: (back.a * px + back.b * py + back.c) * scaleX - left - 0.5,
        y: (back.d * px + back.e * py + back.f) * scaleY - top - 0.5,
        into: found,
      });
      // The cubic overshoots beside edges, in opacity and in colour.
      const opacity = Math.min(1, found[3]!);
      if (opacity <= 0) continue;
      const index = y * width + x;
      mask.data[index] = opacity;
      for (let c = 0; c < 3; c++) {
        const colour = Math.min(255, Math.max(0, found[c]! / found[3]!));
        data[index * 3 + c] = Math.round(data[index * 3 + c]! * (1 - opacity) + colour * opacity);
      }
    }
  }
  return { image: { width, height, data }, mask };
}

/** The part of a picture that a mapped rectangle touches, and `margin` pixels around; undefined when there is none. */
function mappedBox(
  { a, b, c, d, e, f }: Map2d,
  from: Box,
  { width, height, margin }: { width: number; height: number; margin: number },
): Box | undefined {
  const corners = [from.left, from.right].flatMap((x) =>
    [from.top, from.bottom].map((y) => ({ x: a * x + b * y + c, y: d * x + e * y + f })),
  );
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const left = Math.max(0, Math.floor(Math.min(...xs)) - margin);
  const top = Math.max(0, Math.floor(Math.min(...ys)) - margin);
  const right = Math.min(width, Math.ceil(Math.max(...xs)) + margin);
  const bottom = Math.min(height, Math.ceil(Math.max(...ys)) + margin);
  return left < right && top < bottom ? { left, top, right, bottom } : undefined;
}

/** The filter reaches two pixels of the larger of the two grids. */
function coveredBox({ map, cutout, background }: Composition): Box | undefined {
  const { width, height } = cutout.picture;
  const reach = Math.max(1, Math.hypot(map.a, map.d), Math.hypot(map.b, map.e));
  const margin = Math.ceil(2 * reach);
  return mappedBox(map, { left: 0, top: 0, right: width, bottom: height }, { ...background, margin });
}

/** Only what can be seen is prepared, so that a huge cut-out takes no more memory than the background. */
function visibleSource({ map, back, cutout }: Composition, box: Box): Source {
  const { width, height } = cutout.picture;
  const shrunk = {
    width: Math.max(1, Math.round(width * Math.min(1, Math.hypot(map.a, map.d)))),
    height: Math.max(1, Math.round(height * Math.min(1, Math.hypot(map.b, map.e)))),
  };
  const [scaleX, scaleY] = [shrunk.width / width, shrunk.height / height];
  const scaled: Map2d = {
    a: back.a * scaleX,
    b: back.b * scaleX,
    c: back.c * scaleX,
    d: back.d * scaleY,
    e: back.e * scaleY,
    f: back.f * scaleY,
  };
  const seen = mappedBox(scaled, box, { ...shrunk, margin: 3 }) ?? { left: 0, top: 0, right: 0, bottom: 0 };
  return { pixels: shrinkCutout(cutout, shrunk, seen), left: seen.left, top: seen.top, scaleX, scaleY };
}

/** At a point between pixel centres; beyond the picture everything is transparent. */
function sampleCubic(
  { width, height, data }: Premultiplied,
  { x, y, into }: { readonly x: number; readonly y: number; readonly into: Float64Array },
): void {
  into.fill(0);
  const [left, top] = [Math.floor(x) - 1, Math.floor(y) - 1];
  if (left + 3 < 0 || top + 3 < 0 || left >= width || top >= height) return;
  const [first, last] = [Math.max(0, left), Math.min(width, left + 4)];
  const across = [cubic(x - left), cubic(x - left - 1), cubic(x - left - 2), cubic(x - left - 3)] as const;
  for (let row = Math.max(0, top); row < Math.min(height, top + 4); row++) {
    const down = cubic(y - row);
    if (down === 0) continue;
    for (let column = first; column < last; column++) {
      const weight = down * across[column - left]!;
      if (weight === 0) continue;
      const source = (row * width + column) * 4;
      into[0]! += data[source]! * weight;
      into[1]! += data[source + 1]! * weight;
      into[2]! += data[source + 2]! * weight;
      into[3]! += data[source + 3]! * weight;
    }
  }
}

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
