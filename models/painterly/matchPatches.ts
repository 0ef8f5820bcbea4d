import type { Tensor } from '../tensor/tensor.ts';
import { correlateResponses, type CorrelateOptions, type Correlation } from './correlateResponses.ts';
import { emptyMatches, type Matches } from './matches.ts';

const TINY = 1e-9;
const THREE = [-1, 0, 1] as const;

/**
 * Pass 1's mapping of a layer (neural_gram.lua, patchmatch_conv): every 3x3 patch of `source` `[1, C, h, w]` to the patch of
 * `target` with the largest normalised correlation, the first in raster order of several. Products and both norms run over
 * the offsets that are inside both pictures. Positions that are not asked for go to the first one.
 */
export async function matchPatches(
  source: Tensor,
  target: Tensor,
  options: CorrelateOptions = {},
): Promise<Matches> {
  const [, , height = 0, width = 0] = source.shape;
  const [, , targetHeight = 0, targetWidth = 0] = target.shape;
  const matches = emptyMatches(width, height);
  const [own, others] = [energies(source), energies(target)];
  const sourceSize = { width, height };
  const targetSize = { width: targetWidth, height: targetHeight };
  /** Norms of all target patches, for each set of offsets that a source position leaves: nine, and often fewer. */
  const normsFor = new Map<string, Float64Array>();
  const visit = ({ x, y, scores, start, stride }: Correlation): void => {
    const rows = offsetsAt(y, height);
    const columns = offsetsAt(x, width);
    const key = `${rows.join()}/${columns.join()}`;
    const norms = normsFor.get(key) ?? allNorms(others, targetSize, { rows, columns });
    normsFor.set(key, norms);
    let [best, bestX, bestY] = [-Infinity, 0, 0];
    for (let v = 0; v < targetHeight; v++) {
      const shared = offsetsAt(v, targetHeight);
      const ownNorm = (u: number) =>
        normAt(own, sourceSize, { x, y, rows: shared, columns: offsetsAt(u, targetWidth) });
      const inner = targetWidth > 2 ? ownNorm(1) : 0;
      for (let u = 0; u < targetWidth; u++) {
        const edge = u === 0 || u === targetWidth - 1;
        const divisor = (edge ? ownNorm(u) : inner) * norms[v * targetWidth + u]! + TINY;
        const score = scores[start + v * stride + u]! / divisor;
        if (score > best) [best, bestX, bestY] = [score, u, v];
      }
    }
    matches.x[y * width + x] = bestX;
    matches.y[y * width + x] = bestY;
  };
  await correlateResponses(source, target, { ...options, visit });
  return matches;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Offsets {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Offsets that stay inside. */
function offsetsAt(place: number, size: number): readonly number[] {
  return THREE.filter((offset) => place + offset >= 0 && place + offset < size);
}

/** Sums of squares over the channels, at every position. */
function energies({ shape, data }: Tensor): Float64Array {
  const [, channels = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const result = new Float64Array(area);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < area; i++) result[i]! += data[channel * area + i]! ** 2;
  return result;
}

/** The norm of a patch over these offsets, without what lies outside. */
function normAt(
  energy: Float64Array,
  { width, height }: Size,
  { x, y, rows, columns }: Offsets & { x: number; y: number },
): number {
  let sum = 0;
  for (const dy of rows) {
    if (y + dy < 0 || y + dy >= height) continue;
    for (const dx of columns) if (x + dx >= 0 && x + dx < width) sum += energy[(y + dy) * width + x + dx]!;
  }
  return Math.sqrt(sum);
}

function allNorms(energy: Float64Array, size: Size, offsets: Offsets): Float64Array {
  return Float64Array.from({ length: size.width * size.height }, (_, i) =>
    normAt(energy, size, { x: i % size.width, y: Math.floor(i / size.width), ...offsets }),
  );
}
