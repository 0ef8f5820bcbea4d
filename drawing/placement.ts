import type { Affine } from './affine.ts';

/** Where a cut-out lies on a background. */
export interface Placement {
  /** From the middle of the background to the middle of the cut-out, in pixels of the background, to the right. */
  readonly x: number;
  /** The same, downwards. */
  readonly y: number;
  /** 1 = one pixel of the cut-out is one of the background. */
  readonly scale: number;
  /** Degrees, clockwise. */
  readonly rotation: number;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * From pixels of the cut-out to pixels of the background, both counted from the top left corner: it is flipped, scaled
 * and turned about its middle, which then goes where `x` and `y` say.
 */
export function placementMap(
  { x, y, scale, rotation, flipX, flipY }: Placement,
  { cutout, background }: { readonly cutout: Size; readonly background: Size },
): Affine {
  const { cosine, sine } = turn(rotation);
  const across = flipX ? -scale : scale;
  const down = flipY ? -scale : scale;
  const [a, b, d, e] = [cosine * across, -sine * down, sine * across, cosine * down];
  return {
    a,
    b,
    c: background.width / 2 + x - (a * cutout.width + b * cutout.height) / 2,
    d,
    e,
    f: background.height / 2 + y - (d * cutout.width + e * cutout.height) / 2,
  };
}

/** Quarter turns are exact, so that they move pixels without mixing them. */
function turn(degrees: number): { cosine: number; sine: number } {
  const quarters = degrees / 90;
  if (Number.isInteger(quarters)) {
    const index = ((quarters % 4) + 4) % 4;
    return { cosine: [1, 0, -1, 0][index]!, sine: [0, 1, 0, -1][index]! };
  }
  const angle = (degrees * Math.PI) / 180;
  return { cosine: Math.cos(angle), sine: Math.sin(angle) };
}
