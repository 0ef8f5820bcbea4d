import { BrushSegment, type Dab } from './brushSegment.ts';
import type { MaskPlane } from './maskPlane.ts';
import { joinRegions, type Region } from './region.ts';

export interface Brush {
  readonly mode: 'add' | 'erase';
  /** In pixels, at full pressure. */
  readonly radius: number;
  /** 1 = a sharp edge; 0 = falls off from the middle. */
  readonly hardness: number;
}

/**
 * Draws a brush along points (x, y, pressure, x, y, ...), those before the point number `from` being there already. A
 * pixel takes the strongest (to erase: the weakest) value of all that passes over it, so a stroke that is drawn point
 * by point gives the pixels of the whole. Returns what changed.
 */
export function paintStroke(
  plane: MaskPlane,
  brush: Brush,
  { points, from = 0 }: { readonly points: ArrayLike<number>; readonly from?: number },
): Region | undefined {
  const dabAt = (index: number): Dab => ({
    x: points[index * 3]!,
    y: points[index * 3 + 1]!,
    radius: Math.max(0.5, brush.radius * Math.min(1, Math.max(0, points[index * 3 + 2]!))),
  });
  const count = Math.floor(points.length / 3);
  let changed: Region | undefined;
  for (let index = from; index < count; index++) {
    const start = dabAt(Math.max(0, index - 1));
    const goesOn = index > 0 && dabAt(Math.max(0, index - 2)).radius >= start.radius;
    const segment = new BrushSegment({ from: start, to: dabAt(index), hardness: brush.hardness, goesOn });
    changed = joinRegions(changed, segment.paint(plane, brush.mode === 'erase'));
  }
  return changed;
}
