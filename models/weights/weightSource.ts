import { elementTypes, type ElementType } from '../graph/elementType.ts';
import { elementCount } from '../tensor/tensor.ts';

/** What tells whether a file is still the one that was opened. */
export interface FileStamp {
  readonly path: string;
  /** For messages. */
  readonly file: string;
  readonly bytes: number;
  readonly modified: number;
  /** The same for a file that was written into; another for one that was put in its place. */
  readonly inode: number;
}

/** What is known about a stored tensor without reading it. */
export interface WeightInfo {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Its range in a file, when it lies in one. */
  readonly place?: { readonly path: string; readonly offset: number; readonly stamp?: FileStamp };
}

/** Named tensors that can be read one at a time: a file, several files, or memory. */
export interface WeightSource {
  /** File or folder name, for messages. */
  readonly title: string;
  readonly tensors: ReadonlyMap<string, WeightInfo>;
  /** Free text that came with the weights (`__metadata__` of a .safetensors file). */
  readonly metadata?: ReadonlyMap<string, string>;
  /**
   * The tensor's bytes, little-endian and row-major, or the first `limit` of them. Throws WeightsError for an unknown
   * name.
   */
  read(name: string, limit?: number): Promise<Uint8Array>;
}

export function byteLength(info: WeightInfo): number {
  return elementCount(info.shape) * elementTypes[info.dtype].bytes;
}
