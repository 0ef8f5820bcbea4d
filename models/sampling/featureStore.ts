import { fromFloat16, toFloat16 } from '../tensor/float16.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AttentionFeatures, AttentionKind } from './denoiser.ts';
import { SpillFile } from './spillFile.ts';
import type { OpenSpill } from './spillFile.ts';
import type { FeatureSource, FeatureUsage } from './trajectory.ts';

export interface FeatureStoreOptions {
  readonly layers: readonly string[];
  readonly kinds: readonly AttentionKind[];
  /** The timesteps that features are kept at. */
  readonly timesteps: readonly number[];
  readonly precision: FeatureUsage['precision'];
  /** Bytes kept in memory; the rest goes to a file in `folder`, made when first needed. */
  readonly budget: number;
  readonly folder: string;
  readonly openSpill?: OpenSpill;
}

/** Where one tensor lies. */
export interface FeatureEntry {
  readonly timestep: number;
  readonly layer: string;
  readonly kind: AttentionKind;
  readonly shape: readonly number[];
}
interface StoredEntry extends FeatureEntry {
  /** The bytes themselves, or their offset in the spill file. */
  readonly place: Uint8Array | number;
}

/**
 * Attention features of an inversion, bounded in memory: what exceeds the budget lies in a spill file, from which it is
 * read on demand. Close it when done.
 */
export class FeatureStore implements FeatureSource {
  readonly layers: readonly string[];
  readonly kinds: readonly AttentionKind[];
  readonly timesteps: readonly number[];
  readonly precision: FeatureUsage['precision'];
  readonly #budget: number;
  readonly #entries = new Map<string, StoredEntry>();
  readonly #spill: SpillFile;
  #bytesInMemory = 0;

  constructor(options: FeatureStoreOptions) {
    this.layers = options.layers;
    this.kinds = options.kinds;
    this.timesteps = options.timesteps;
    this.precision = options.precision;
    this.#budget = options.budget;
    this.#spill = new SpillFile(options.folder, options.openSpill);
  }

  get usage(): FeatureUsage {
    return {
      precision: this.precision,
      bytesInMemory: this.#bytesInMemory,
      bytesOnDisk: this.#spill.bytes,
    };
  }

  /** Keeps a copy of one layer's features. Throws SamplingError `no-space` when they must spill to a full disk. */
  async put(timestep: number, layer: string, features: AttentionFeatures): Promise<void> {
    for (const kind of this.kinds) {
      const tensor = features[kind];
      if (!tensor) continue;
      const bytes = encodeFeatures(tensor, this.precision);
      const fits = this.#bytesInMemory + bytes.byteLength <= this.#budget;
      if (fits) this.#bytesInMemory += bytes.byteLength;
      const place = fits ? bytes : await this.#spill.append(bytes);
      this.#entries.set(entryKey(timestep, layer, kind), {
        timestep,
        layer,
        kind,
        place,
        shape: tensor.shape,
      });
    }
  }

  async read(timestep: number, layer: string): Promise<AttentionFeatures | undefined> {
    const kinds = this.kinds.filter((kind) => this.#entries.has(entryKey(timestep, layer, kind)));
    if (kinds.length === 0) return undefined;
    const read = await Promise.all(
      kinds.map(async (kind) => {
        const entry = this.#entries.get(entryKey(timestep, layer, kind))!;
        return [kind, decodeFeatures(await this.bytesOf(entry), entry.shape, this.precision)] as const;
      }),
    );
    return Object.fromEntries(read);
  }

  entries(): Iterable<FeatureEntry> {
    return this.#entries.values();
  }

  /** One tensor as it is stored, in `precision`, little-endian. */
  async bytesOf({ timestep, layer, kind }: FeatureEntry): Promise<Uint8Array> {
    const { place, shape } = this.#entries.get(entryKey(timestep, layer, kind))!;
    if (typeof place !== 'number') return place;
    const bytes = new Uint8Array(elementCount(shape) * bytesPerValue(this.precision));
    await this.#spill.read(place, bytes);
    return bytes;
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#bytesInMemory = 0;
    await this.#spill.close();
  }
}

function entryKey(timestep: number, layer: string, kind: AttentionKind): string {
  return `${timestep}/${layer}/${kind}`;
}

export function bytesPerValue(precision: FeatureUsage['precision']): number {
  return precision === 'float16' ? 2 : 4;
}

/** A copy of the values as bytes. */
export function encodeFeatures({ data }: Tensor, precision: FeatureUsage['precision']): Uint8Array {
  const stored = precision === 'float16' ? toFloat16(data) : data.slice();
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** `bytes` must start at a multiple of four in its buffer, as fresh arrays do. */
export function decodeFeatures(
  bytes: Uint8Array,
  shape: readonly number[],
  precision: FeatureUsage['precision'],
): Tensor {
  const count = elementCount(shape);
  const data =
    precision === 'float16'
      ? fromFloat16(new Uint16Array(bytes.buffer, bytes.byteOffset, count))
      : new Float32Array(bytes.buffer, bytes.byteOffset, count);
  return { shape, data };
}
