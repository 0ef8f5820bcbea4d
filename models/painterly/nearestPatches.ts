import { Graph } from '../graph/graph.ts';
import type { Picture } from '../image/picture.ts';
import { openSession, type Session } from '../runtime/openSession.ts';
import { cornersAlong, emptyField, PATCH, type PatchField, type PatchSearch } from './patchField.ts';

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
  { wanted, signal, onProgress }: PatchSearch,
): Promise<PatchField> {
  const field = emptyField(cornersAlong(picture.width), cornersAlong(picture.height));
  const total = cornersAlong(painting.width) * cornersAlong(painting.height);
  for (let first = 0; first < total; first += COLUMNS) {
    const count = Math.min(COLUMNS, total - first);
    const others = layOut(
      painting,
      Array.from({ length: count }, (_, i) => first + i),
    );
    const session = await openProducts(others);
    const rows = Math.max(1, Math.floor(BLOCK_VALUES / count));
    try {
      for (let start = 0; start < wanted.length; start += rows) {
        signal?.throwIfAborted();
        const block = wanted.slice(start, start + rows);
        const own = layOut(picture, block);
        const feed = { shape: [block.length, SIZE], data: own.data };
        const products = (await session.run({ patches: feed }, ['products'])).get('products')!.data;
        const found = { block, products, own: own.energy, others: others.energy };
        takeBetter(field, found, { first, across: cornersAlong(painting.width) });
        onProgress?.((first + (count * Math.min(wanted.length, start + rows)) / wanted.length) / total);
      }
    } finally {
      await session.release();
    }
  }
  return field;
}

/** Products of patches, fed as rows, with these. */
function openProducts({ data, energy }: LaidOut): Promise<Session> {
  const graph = new Graph();
  const weights = { kind: 'memory', bytes: new Uint8Array(data.buffer) } as const;
  const type = { shape: [energy.length, SIZE], dtype: 'float32' } as const;
  const others = graph.initializer('painting', type, weights).transpose([1, 0]);
  graph.output('products', graph.input('patches', ['N', SIZE]).matmul(others));
  return openSession(graph, { device: 'cpu' });
}

interface Compared {
  /** Corners, one a row of the products. */
  readonly block: readonly number[];
  readonly products: Float32Array;
  readonly own: Float64Array;
  readonly others: Float64Array;
}

/** Keeps, of a row of products, the nearest patch where it is nearer than the field's. `first`: that of column 0. */
function takeBetter(
  field: PatchField,
  { block, products, own, others }: Compared,
  { first, across }: { readonly first: number; readonly across: number },
): void {
  for (const [row, corner] of block.entries()) {
    let [best, bestAt] = [field.distance[corner]!, -1];
    for (let i = 0; i < others.length; i++) {
      const distance = own[row]! + others[i]! - 2 * products[row * others.length + i]!;
      if (distance < best) [best, bestAt] = [distance, i];
    }
    if (bestAt < 0) continue;
    field.distance[corner] = best;
    field.x[corner] = (first + bestAt) % across;
    field.y[corner] = Math.floor((first + bestAt) / across);
  }
}

interface LaidOut {
  readonly data: Float32Array;
  readonly energy: Float64Array;
}

/** Patches as rows, and their sums of squares. */
function layOut({ width, data }: Picture, corners: readonly number[]): LaidOut {
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
