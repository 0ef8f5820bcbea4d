import { elementCount } from '../tensor/tensor.ts';
import type { AttentionFeatures, AttentionKind } from './denoiser.ts';
import { bytesPerValue, decodeFeatures, encodeFeatures } from './encodeFeatures.ts';
import { SamplingError } from './samplingError.ts';
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

interface StoredEntry {
  readonly shape: readonly number[];
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
  #closed = false;

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
      const bytes = encodeFeatures(tensor.data, this.precision);
      const fits = this.#bytesInMemory + bytes.byteLength <= this.#budget;
      if (fits) this.#bytesInMemory += bytes.byteLength;
      const place = fits ? bytes : await this.#spill.append(bytes);
      this.#entries.set(entryKey(timestep, layer, kind), { place, shape: tensor.shape });
    }
  }

  async read(timestep: number, layer: string, kinds = this.kinds): Promise<AttentionFeatures | undefined> {
    if (this.#closed)
      throw new SamplingError('damaged-file', 'These attention features were closed already.');
    const entries = kinds.flatMap((kind) => {
      const entry = this.#entries.get(entryKey(timestep, layer, kind));
      return entry ? [{ kind, ...entry }] : [];
    });
    if (entries.length === 0) return undefined;
    const read = entries.map(
      async (entry) =>
        [entry.kind, decodeFeatures(await this.#bytesOf(entry), entry.shape, this.precision)] as const,
    );
    return Object.fromEntries(await Promise.all(read));
  }

  async #bytesOf({ place, shape }: StoredEntry): Promise<Uint8Array> {
    if (typeof place !== 'number') return place;
    const bytes = new Uint8Array(elementCount(shape) * bytesPerValue(this.precision));
    await this.#spill.read(place, bytes);
    return bytes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#entries.clear();
    this.#bytesInMemory = 0;
    await this.#spill.close();
  }
}

function entryKey(timestep: number, layer: string, kind: AttentionKind): string {
  return `${timestep}/${layer}/${kind}`;
}
