import { Graph } from '../graph/graph.ts';
import { openSession } from '../runtime/openSession.ts';
import { cropTensor } from '../tensor/cropTensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Region } from './region.ts';

/** Products of source with target positions that are held at a time. */
const BLOCK_VALUES = 2 ** 24;

/** Of one source position with every target position, the sums over the 3x3 around both. */
export interface Correlation {
  readonly x: number;
  readonly y: number;
  /** `scores[start + v * stride + u]` is that of the target position (u, v). */
  readonly scores: Float32Array;
  readonly start: number;
  readonly stride: number;
}

export interface CorrelateOptions {
  /** Only these source positions are visited; all unless given. */
  readonly within?: Region;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Correlates 3x3 patches of two responses `[1, C, h, w]`: for every source position asked for, in raster order, `visit` sees
 * `sum over offsets o inside both of <A(p + o), B(q + o)>` for all target positions q. Products of single positions are
 * made once, as matrix products over some rows at a time, and added up along the diagonals: that is a ninth of the arithmetic
 * of comparing patches, and memory grows with the size of the target times a few rows, not with its square.
 */
export async function correlateResponses(
  all: Tensor,
  target: Tensor,
  { visit, signal, onProgress, ...options }: CorrelateOptions & { visit(correlation: Correlation): void },
): Promise<void> {
  const whole = Region.all({ width: all.shape[3] ?? 0, height: all.shape[2] ?? 0 });
  const { within = whole } = options;
  const { left, top } = within.grown(1);
  const source = cropTensor(all, within.grown(1).box);
  const [, channels = 0, height = 0, width = 0] = source.shape;
  const framed = withFrame(target);
  const rowsAtATime = Math.max(1, Math.floor(BLOCK_VALUES / (width * framed.count)));
  const graph = new Graph();
  const weights = { kind: 'memory', bytes: new Uint8Array(framed.data.buffer) } as const;
  const columns = graph.initializer('target', { shape: [channels, framed.count], dtype: 'float32' }, weights);
  graph.output('products', graph.input('source', ['rows', channels]).matmul(columns));
  const session = await openSession(graph, { device: 'cpu' });
  try {
    /** Sums over neighbours to the left and right, of the rows above, at and below the one that is visited. */
    const sums = new Map<number, Float32Array>();
    for (let first = 0; first < height; first += rowsAtATime) {
      const rows = Math.min(rowsAtATime, height - first);
      signal?.throwIfAborted();
      const found = await session.run({ source: positionsOf(source, first, rows) }, ['products']);
      const products = found.get('products')!.data;
      for (let row = 0; row < rows; row++) {
        const values = products.subarray(row * width * framed.count, (row + 1) * width * framed.count);
        sums.set(first + row, alongRow(values, width, framed.count));
        if (first + row > 0) visitRow(first + row - 1);
      }
    }
    visitRow(height - 1);

    function visitRow(y: number): void {
      if (top + y >= within.top && top + y < within.bottom) visitPlaces(y);
      sums.delete(y - 1);
      onProgress?.((y + 1) / height);
    }

    function visitPlaces(y: number): void {
      const { count, stride, start } = framed;
      const scores = new Float32Array(count);
      for (let x = within.left - left; x < within.right - left; x++) {
        const part = (row: number) => sums.get(row)?.subarray(x * count, (x + 1) * count);
        downColumn(scores, [part(y - 1), part(y)!, part(y + 1)], stride);
        visit({ x: left + x, y: top + y, scores, start, stride });
      }
    }
  } finally {
    await session.release();
  }
}

interface Framed {
  readonly data: Float32Array;
  readonly count: number;
  readonly stride: number;
  readonly start: number;
}

/** `[C, positions]` with a row of zeros above and below and a column of zeros between rows: no sum needs to ask for edges. */
function withFrame({ shape, data }: Tensor): Framed {
  const [, channels = 0, height = 0, width = 0] = shape;
  const stride = width + 1;
  const start = stride + 1;
  const count = (height + 2) * stride + 2;
  const framed = new Float32Array(channels * count);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++) {
      const from = (channel * height + y) * width;
      framed.set(data.subarray(from, from + width), channel * count + start + y * stride);
    }
  return { data: framed, count, stride, start };
}

/** `[rows * width, C]` of some rows of `[1, C, h, w]`. */
function positionsOf({ shape, data }: Tensor, first: number, rows: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = shape;
  const count = rows * width;
  const result = new Float32Array(count * channels);
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * height * width + first * width;
    for (let i = 0; i < count; i++) result[i * channels + channel] = data[from + i]!;
  }
  return { shape: [count, channels], data: result };
}

/** For every x: `D(x - 1)(q - 1) + D(x)(q) + D(x + 1)(q + 1)`. */
function alongRow(products: Float32Array, width: number, count: number): Float32Array {
  const result = products.slice();
  for (let x = 0; x < width; x++) {
    const at = x * count;
    if (x > 0) for (let q = 1; q < count; q++) result[at + q]! += products[at - count + q - 1]!;
    if (x < width - 1) for (let q = 0; q < count - 1; q++) result[at + q]! += products[at + count + q + 1]!;
  }
  return result;
}

/** `above(q - stride) + at(q) + below(q + stride)`, each where it is there. */
function downColumn(
  into: Float32Array,
  [above, at, below]: readonly [Float32Array | undefined, Float32Array, Float32Array | undefined],
  stride: number,
): void {
  const end = into.length - stride;
  const zero = new Float32Array(0);
  const [up, down] = [above ?? zero, below ?? zero];
  if (above && below)
    for (let q = stride; q < end; q++) into[q] = up[q - stride]! + at[q]! + down[q + stride]!;
  else if (above) for (let q = stride; q < end; q++) into[q] = up[q - stride]! + at[q]!;
  else if (below) for (let q = stride; q < end; q++) into[q] = at[q]! + down[q + stride]!;
  else into.set(at);
}
