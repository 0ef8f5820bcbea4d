import { nearestSources } from './nearestSources.ts';
import type { Mask } from './picture.ts';

/** A mask at another size, as Pillow's NEAREST makes it: no value becomes another. */
export function resizeMaskNearest(
  mask: Mask,
  { width, height }: { readonly width: number; readonly height: number },
): Mask {
  if (mask.width === width && mask.height === height) return mask;
  const [columns, rows] = [nearestSources(mask.width, width), nearestSources(mask.height, height)];
  const data = new Float32Array(width * height);
  let target = 0;
  for (const y of rows) for (const x of columns) data[target++] = mask.data[y * mask.width + x]!;
  return { width, height, data };
}
