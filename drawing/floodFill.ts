import type { MaskPlane } from './maskPlane.ts';
import type { Region } from './region.ts';

const HALF = 128;

/**
 * Selects what is connected with a pixel and not selected (to erase: gives up what is connected and selected), up to
 * the middle of a soft edge and on to its top, so that no seam stays beside a smooth line. Returns what changed.
 */
export function floodFill(
  plane: MaskPlane,
  mode: 'add' | 'erase',
  seed: { readonly x: number; readonly y: number },
): Region | undefined {
  const { width, height, data } = plane;
  const [seedX, seedY] = [Math.floor(seed.x), Math.floor(seed.y)];
  if (seedX < 0 || seedY < 0 || seedX >= width || seedY >= height) return undefined;
  // Erasing is filling with light and dark exchanged.
  const flip = mode === 'erase' ? 255 : 0;
  const level = (index: number): number => data[index]! ^ flip;
  const first = seedY * width + seedX;
  if (level(first) >= HALF) return undefined;
  const seen = new Uint8Array(data.length);
  const open: number[] = [first];
  seen[first] = 1;
  let [left, right, top, bottom] = [seedX, seedX, seedY, seedY];
  const visit = (index: number, from: number): void => {
    const value = level(index);
    if (seen[index] === 1 || (value >= HALF && value <= from) || value === 255) return;
    seen[index] = 1;
    open.push(index);
  };
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const value = level(index);
    const [x, y] = [index % width, Math.floor(index / width)];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    if (x > 0) visit(index - 1, value);
    if (x < width - 1) visit(index + 1, value);
    if (y > 0) visit(index - width, value);
    if (y < height - 1) visit(index + width, value);
  }
  for (let y = top; y <= bottom; y++) {
    for (let i = y * width + left; i <= y * width + right; i++) if (seen[i] === 1) data[i] = 255 ^ flip;
  }
  return { left, top, right: right + 1, bottom: bottom + 1 };
}
