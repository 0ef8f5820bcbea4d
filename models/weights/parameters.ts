import type { Graph } from '../graph/graph.ts';
import type { InitializerData, Value } from '../graph/value.ts';
import { toFloat16 } from '../tensor/float16.ts';
import { elementTypes } from '../graph/elementType.ts';
import { describeDifference, describeMisshaped, sameElements } from './compareTensors.ts';
import { byteLength, type WeightInfo, type WeightSource } from './weightSource.ts';
import { WeightsError } from './weightsError.ts';

/** Tensors that lie in files smaller than this are put into the graph itself. */
const INLINE_BYTES = 1024;
/**
 * Beside weights in files, those in memory are embedded in the graph, which must stay below 2 GB. A file whose tensors
 * lie mostly at odd places is read as a whole instead.
 */
const EMBEDDED_BYTES = 1e9;

/** Hands a graph's layers their weights by name, and remembers what does not fit. */
export interface Parameters {
  /**
   * The weight as a float32 value of `shape`. A stored tensor of the same size with other axes (`[C, C]` for
   * `[C, C, 1, 1]`) is taken as it is. A missing or misshaped one is noted and stands in as an empty initializer.
   */
  value(graph: Graph, name: string, shape: readonly number[]): Value;
}

export interface PendingParameters extends Parameters {
  /** Throws WeightsError listing the missing and misshaped tensors (the first ten of each, and their count). */
  check(): void;
  /** Reads what has to lie in memory into the graph's initializers. */
  load(graph: Graph): Promise<void>;
}

export interface ParametersOptions {
  /**
   * What becomes of matrices. `widened` (the default): those in half precision are, when the session opens. `stored`: they
   * stay so, mapped from the file, and every evaluation widens them: for Stable Diffusion's 860 million that opens in 2 s
   * instead of 30 and takes 2 GB instead of 4.2 (6.0 while they are widened), and makes an evaluation a tenth slower.
   * `narrowed`: the same, with float32 ones narrowed first.
   */
  readonly matrices?: 'widened' | 'stored' | 'narrowed';
}

export function parameters(
  source: WeightSource,
  { matrices = 'widened' }: ParametersOptions = {},
): PendingParameters {
  const missing: string[] = [];
  const misshaped: string[] = [];
  const toRead = new Set<string>();

  const value = (graph: Graph, name: string, shape: readonly number[]): Value => {
    const existing = graph.initializers.get(name);
    if (existing) return cast(existing.value);
    const info = source.tensors.get(name);
    if (!info) missing.push(name);
    else if (!sameElements(info.shape, shape)) misshaped.push(describeMisshaped(name, info.shape, shape));
    const stored = info?.dtype ?? 'float32';
    const matrix = shape.length > 1;
    const dtype = matrix && matrices === 'narrowed' && stored === 'float32' ? 'float16' : stored;
    const replaceable = matrix && matrices !== 'widened' && dtype !== 'float32';
    const data: InitializerData = dtype === stored ? placeOf(info) : unread;
    if (data.kind === 'memory') toRead.add(name);
    return cast(graph.initializer(name, { shape, dtype, replaceable }, data));
  };

  return {
    value,
    check: () => throwUnfit(source, missing, misshaped),
    load: async (graph) => {
      const inMemory = [...toRead].reduce((sum, name) => sum + byteLength(source.tensors.get(name)!), 0);
      if (inMemory > EMBEDDED_BYTES) for (const name of graph.initializers.keys()) toRead.add(name);
      for (const name of toRead) {
        if (!source.tensors.has(name)) continue;
        const initializer = graph.initializers.get(name)!;
        const stored = await source.read(name);
        const narrow = initializer.value.dtype === 'float16' && source.tensors.get(name)!.dtype === 'float32';
        const bytes = narrow ? narrowed(stored) : stored;
        graph.initializers.set(name, { ...initializer, data: { kind: 'memory', bytes } });
      }
    },
  };
}

/**
 * Half-precision weights are widened by a Cast in the graph, which onnxruntime folds into a float32 constant when
 * the session opens. For 860 million half-precision weights that peaks at 5.9 GB and settles at 4.1 GB, where float32
 * ones take 3.5 GB; converting them before would need the 3.4 GB in memory twice (9.1 GB, 7.3 GB).
 */
function cast(value: Value): Value {
  return value.dtype === 'float32' ? value : value.cast('float32');
}

function placeOf(info: WeightInfo | undefined): InitializerData {
  const length = info ? byteLength(info) : 0;
  // onnxruntime maps the file, so an element must not straddle its natural boundary.
  const aligned = info?.place && info.place.offset % elementTypes[info.dtype].bytes === 0;
  if (info?.place && aligned && length >= INLINE_BYTES) {
    const { path, offset } = info.place;
    return { kind: 'file', length, path, offset };
  }
  return unread;
}

/** Bytes that `load` reads. */
const unread: InitializerData = { kind: 'memory', bytes: new Uint8Array(0) };

function narrowed(bytes: Uint8Array): Uint8Array {
  // An odd offset into a larger buffer cannot be looked at as floats.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint8Array(toFloat16(new Float32Array(buffer, byteOffset, bytes.byteLength / 4)).buffer);
}

function throwUnfit(source: WeightSource, missing: readonly string[], misshaped: readonly string[]): void {
  if (missing.length + misshaped.length === 0) return;
  const code = missing.length > 0 ? 'missing-tensor' : 'misshaped-tensor';
  throw new WeightsError(code, source.title, describeDifference({ missing, misshaped, extra: [] }));
}
