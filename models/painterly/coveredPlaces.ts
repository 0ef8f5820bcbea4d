import { selected } from './masks.ts';
import { plane, type Plane } from './plane.ts';
import { torch7Nearest, type Size } from './torch7Resize.ts';

/**
 * Places of a layer that a mask selects: 1 there, 0 elsewhere. As published, those whose nearest pixel it selects; where
 * they all miss a small object, those that have any of it.
 */
export function coveredPlaces(mask: Plane, size: Size): Plane {
  const nearest = torch7Nearest(selected(mask, 0.1), size);
  if (nearest.data.includes(1)) return nearest;
  const touched = plane(size.width, size.height);
  for (const [i, value] of mask.data.entries()) {
    if (value <= 0) continue;
    const [x, y] = [i % mask.width, Math.floor(i / mask.width)];
    const row = Math.floor((y * size.height) / mask.height);
    touched.data[row * size.width + Math.floor((x * size.width) / mask.width)] = 1;
  }
  return touched;
}
