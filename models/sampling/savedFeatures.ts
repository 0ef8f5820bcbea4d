import type { AttentionFeatures, AttentionKind } from './denoiser.ts';
import { decodeFeatures } from './encodeFeatures.ts';
import type { SealedFile, SealedSection } from './sealedFile.ts';
import type { FeatureSource, FeatureUsage } from './trajectory.ts';

export interface SavedEntry {
  readonly timestep: number;
  readonly layer: string;
  readonly kind: AttentionKind;
  readonly shape: readonly number[];
  readonly section: SealedSection;
}

/** Attention features in a saved trajectory; nothing is held in memory. */
export class SavedFeatures implements FeatureSource {
  readonly layers: readonly string[];
  readonly kinds: readonly AttentionKind[];
  readonly timesteps: readonly number[];
  readonly usage: FeatureUsage;
  readonly #file: SealedFile;
  readonly #entries: ReadonlyMap<string, SavedEntry>;

  constructor(
    file: SealedFile,
    saved: Pick<FeatureSource, 'layers' | 'kinds' | 'timesteps'> & {
      readonly precision: FeatureUsage['precision'];
      readonly entries: readonly SavedEntry[];
    },
  ) {
    this.layers = saved.layers;
    this.kinds = saved.kinds;
    this.timesteps = saved.timesteps;
    this.usage = { precision: saved.precision, bytesInMemory: 0, bytesOnDisk: file.dataBytes };
    this.#file = file;
    this.#entries = new Map(
      saved.entries.map((entry) => [`${entry.timestep}/${entry.layer}/${entry.kind}`, entry]),
    );
  }

  async read(timestep: number, layer: string, kinds = this.kinds): Promise<AttentionFeatures | undefined> {
    const entries = kinds.flatMap((kind) => this.#entries.get(`${timestep}/${layer}/${kind}`) ?? []);
    if (entries.length === 0) return undefined;
    const { precision } = this.usage;
    const read = entries.map(
      async ({ kind, shape, section }) =>
        [kind, decodeFeatures(await this.#file.read(section), shape, precision)] as const,
    );
    return Object.fromEntries(await Promise.all(read));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
