import { Graph } from '../graph/graph.ts';
import type { Picture } from '../image/picture.ts';
import { openSession } from '../runtime/openSession.ts';
import { cornersAlong, emptyField, PATCH, type PatchField } from './patchField.ts';

const SIZE = PATCH * PATCH * 3;
const BLOCK_VALUES = 2 ** 23;
/** Patches of the painting that are laid out at a time: 59 MB. */
const COLUMNS = 100_000;

/**
 * The exactly nearest patches, of those whose corners are `wanted`; the first in raster order of several. Compares every pair,
 * as matrix products over blocks: levels are whole numbers and their products stay below 2^24, so that float32 is exact.
 */
export async function nearestPatches(
  picture: Picture,
  painting: Picture,
  { wanted, signal }: { readonly wanted: readonly number[]; readonly signal?: AbortSignal },
): Promise<PatchField> {
  const field = emptyField(cornersAlong(picture.width), cornersAlong(picture.height));
  const width = cornersAlong(painting.width);
  const total = width * cornersAlong(painting.height);
  for (let first = 0; first < total; first += COLUMNS) {
    const corners = Array.from({ length: Math.min(COLUMNS, total - first) }, (_, i) => first + i);
    const { data: columns, energy } = layOut(painting, corners);
    const graph = new Graph();
    const weights = { kind: 'memory', bytes: new Uint8Array(columns.buffer) } as const;
    const type = { shape: [corners.length, SIZE], dtype: 'float32' } as const;
    const others = graph.initializer('painting', type, weights).transpose([1, 0]);
    graph.output('products', graph.input('patches', ['N', SIZE]).matmul(others));
    const session = await openSession(graph, { device: 'cpu' });
    try {
      const rows = Math.max(1, Math.floor(BLOCK_VALUES / corners.length));
      for (let start = 0; start < wanted.length; start += rows) {
        signal?.throwIfAborted();
        const block = wanted.slice(start, start + rows);
        const own = layOut(picture, block);
        const feed = { shape: [block.length, SIZE], data: own.data };
        const products = (await session.run({ patches: feed }, ['products'])).get('products')!.data;
        for (const [row, corner] of block.entries()) {
          let [best, bestAt] = [field.distance[corner]!, -1];
          for (let i = 0; i < corners.length; i++) {
            const distance = own.energy[row]! + energy[i]! - 2 * products[row * corners.length + i]!;
            if (distance < best) [best, bestAt] = [distance, i];
          }
          if (bestAt < 0) continue;
          field.distance[corner] = best;
          field.x[corner] = (first + bestAt) % width;
          field.y[corner] = Math.floor((first + bestAt) / width);
        }
      }
    } finally {
      await session.release();
    }
  }
  return field;
}

/** Patches as rows, and their sums of squares. */
function layOut({ width, data }: Picture, corners: readonly number[]) {
  const across = cornersAlong(width);
  const rows = new Float32Array(corners.length * SIZE);
  const energy = new Float64Array(corners.length);
  for (const [row, corner] of corners.entries()) {
    const [x, y] = [corner % across, Math.floor(corner / across)];
    let at = row * SIZE;
    for (let dy = 0; dy < PATCH; dy++) {
      const from = ((y + dy) * width + x) * 3;
      for (let i = 0; i < PATCH * 3; i++) {
        const level = data[from + i]!;
        rows[at++] = level;
        energy[row]! += level * level;
      }
    }
  }
  return { data: rows, energy };
}
