import type { Tensor } from '../tensor/tensor.ts';
import type { Matches } from './matches.ts';
import { plane, type Plane } from './plane.ts';

const WINDOW = [-2, -1, 0, 1, 2] as const;
/** So far from a selected position matches count. */
export const REFINE_REACH = 2;

/**
 * Makes neighbours' matches agree (neural_paint.lua, refineNNF): at a selected position, of what its 5x5 neighbours propose
 * (their match, shifted back), the proposal whose colour in `guide` (the painting `[1, 3, h, w]` at this size) is closest to
 * the others' on average; the first of several. Proposals within two positions of the painting's edge do not count.
 */
export function refineMatches(matches: Matches, selected: Plane, guide: Tensor): Matches {
  const { width, height } = matches;
  const [, , guideHeight = 0, guideWidth = 0] = guide.shape;
  const [x, y] = [matches.x.slice(), matches.y.slice()];
  for (let i = 0; i < width * height; i++) {
    if (selected.data[i] !== 1) continue;
    const proposals = proposalsAt(matches, i % width, Math.floor(i / width));
    const inside = proposals.filter(([u, v]) => u >= 0 && u < guideWidth && v >= 0 && v < guideHeight);
    const allowed = inside.filter(([u, v]) => u >= 2 && u < guideWidth - 3 && v >= 2 && v < guideHeight - 3);
    const colours = inside.map(([u, v]) => colourAt(guide, u, v));
    let best = Infinity;
    for (const [u, v] of allowed) {
      const own = colourAt(guide, u, v);
      const cost = colours.reduce((sum, other) => sum + Math.hypot(...own.map((c, k) => c - other[k]!)), 0);
      if (cost / colours.length < best) [best, x[i], y[i]] = [cost / colours.length, u, v];
    }
  }
  return { width, height, x, y };
}

/** Column by column. */
function proposalsAt(
  { width, height, x, y }: Matches,
  atX: number,
  atY: number,
): (readonly [number, number])[] {
  return WINDOW.flatMap((dx) =>
    WINDOW.flatMap((dy) => {
      const [nx, ny] = [atX + dx, atY + dy];
      if (nx < 0 || nx >= width || ny < 0 || ny >= height) return [];
      const i = ny * width + nx;
      return [[x[i]! - dx, y[i]! - dy] as const];
    }),
  );
}

function colourAt({ shape, data }: Tensor, u: number, v: number): readonly number[] {
  const [, , height = 0, width = 0] = shape;
  return [0, 1, 2].map((channel) => data[(channel * height + v) * width + u]!);
}

/** Where in the painting, of this size, selected positions found their match: 1 there and at the eight around. */
export function matchedRing(
  matches: Matches,
  selected: Plane,
  size: { readonly width: number; readonly height: number },
): Plane {
  const ring = plane(size.width, size.height);
  for (let i = 0; i < matches.x.length; i++) {
    if (selected.data[i] !== 1) continue;
    for (let v = Math.max(0, matches.y[i]! - 1); v <= Math.min(size.height - 1, matches.y[i]! + 1); v++)
      for (let u = Math.max(0, matches.x[i]! - 1); u <= Math.min(size.width - 1, matches.x[i]! + 1); u++)
        ring.data[v * size.width + u] = 1;
  }
  return ring;
}
