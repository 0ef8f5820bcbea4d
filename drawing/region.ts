/** Whole pixels: `left` and `top` are inside, `right` and `bottom` are not. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The part of a region that lies on the picture; undefined when there is none. */
export function clipRegion(
  { left, top, right, bottom }: Region,
  { width, height }: { readonly width: number; readonly height: number },
): Region | undefined {
  const clipped = {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(width, right),
    bottom: Math.min(height, bottom),
  };
  return clipped.left < clipped.right && clipped.top < clipped.bottom ? clipped : undefined;
}

/** The smallest region that holds both. */
export function joinRegions(a: Region | undefined, b: Region | undefined): Region | undefined {
  if (!a || !b) return a ?? b;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}
