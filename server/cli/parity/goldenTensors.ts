import { basename } from 'node:path';
import { fromFloat16 } from '../../../models/tensor/float16.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import { openWeightFile } from '../../../models/weights/openWeightFile.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';

/** One weight file of a case. Remembers which tensors were looked at, so that the rest can be reported. */
export class GoldenTensors {
  readonly file: string;
  readonly #source: WeightSource;
  readonly #touched = new Set<string>();

  private constructor(file: string, source: WeightSource) {
    this.file = file;
    this.#source = source;
  }

  static async open(path: string): Promise<GoldenTensors> {
    return new GoldenTensors(basename(path), await openWeightFile(path));
  }

  get names(): string[] {
    return [...this.#source.tensors.keys()];
  }

  has(name: string): boolean {
    return this.#source.tensors.has(name);
  }

  typeOf(name: string): string {
    return this.#source.tensors.get(name)?.dtype ?? '';
  }

  shapeOf(name: string): readonly number[] {
    return this.#source.tensors.get(name)?.shape ?? [];
  }

  /** The tensor as float32, whatever it is stored as. Throws WeightsError for an unknown name. */
  async get(name: string): Promise<Tensor> {
    this.#touched.add(name);
    const bytes = await this.#source.read(name);
    const { dtype, shape } = this.#source.tensors.get(name)!;
    return { shape, data: asFloat32(bytes, dtype) };
  }

  async maybe(name: string): Promise<Tensor | undefined> {
    return this.has(name) ? this.get(name) : undefined;
  }

  get untouched(): string[] {
    return this.names.filter((name) => !this.#touched.has(name));
  }
}

function asFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  const { buffer } = bytes.slice();
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(buffer));
  if (dtype === 'float16') return fromFloat16(new Uint16Array(buffer));
  if (dtype === 'int64') return Float32Array.from(new BigInt64Array(buffer), Number);
  if (dtype === 'int32') return Float32Array.from(new Int32Array(buffer));
  if (dtype === 'bfloat16')
    return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  if (dtype === 'int16') return Float32Array.from(new Int16Array(buffer));
  if (dtype === 'int8') return Float32Array.from(new Int8Array(buffer));
  if (dtype === 'uint8' || dtype === 'bool') return Float32Array.from(bytes);
  throw new TypeError(`tensors of type ${dtype} are not compared`);
}
