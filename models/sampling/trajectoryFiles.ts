import { join } from 'node:path';
import type { Tensor } from '../tensor/tensor.ts';
import { decodeFeatures, encodeFeatures } from './encodeFeatures.ts';
import { SamplingError } from './samplingError.ts';
import { SavedFeatures } from './savedFeatures.ts';
import type { SavedEntry } from './savedFeatures.ts';
import { SealedFile, SealedFileWriter } from './sealedFile.ts';
import type { SealedSection } from './sealedFile.ts';
import type { FeatureSource, FeatureUsage, Trajectory } from './trajectory.ts';

const fileName = 'trajectory.bin';

interface SavedTensor extends SealedSection {
  readonly shape: readonly number[];
}
interface Header {
  readonly version: 1;
  readonly key: string;
  readonly steps: Trajectory['steps'];
  readonly latents: readonly SavedTensor[];
  readonly startIndex?: number;
  readonly features?: {
    readonly layers: FeatureSource['layers'];
    readonly kinds: FeatureSource['kinds'];
    readonly timesteps: FeatureSource['timesteps'];
    readonly precision: FeatureUsage['precision'];
    readonly entries: readonly SavedEntry[];
  };
}

/**
 * Saves a trajectory with its features into a folder (made when absent), all or nothing: the file gets its name when it
 * is complete. Throws SamplingError `no-space` on a full disk.
 */
export async function writeTrajectory(trajectory: Trajectory, folder: string): Promise<void> {
  const writer = await SealedFileWriter.create(join(folder, fileName));
  try {
    const latents: SavedTensor[] = [];
    for (const { shape, data } of trajectory.latents) {
      latents.push({ shape, ...(await writer.append(encodeFeatures(data, 'float32'))) });
    }
    const { key, steps, features, startIndex } = trajectory;
    const header: Header = {
      version: 1,
      key,
      steps,
      latents,
      ...(startIndex === undefined ? {} : { startIndex }),
      ...(features ? { features: await writeFeatures(features, writer) } : {}),
    };
    await writer.seal(header);
  } finally {
    await writer.abandon();
  }
}

async function writeFeatures(
  source: FeatureSource,
  writer: SealedFileWriter,
): Promise<NonNullable<Header['features']>> {
  const { layers, kinds, timesteps } = source;
  const { precision } = source.usage;
  const entries: SavedEntry[] = [];
  for (const timestep of timesteps) {
    for (const layer of layers) {
      const features = await source.read(timestep, layer);
      for (const kind of kinds) {
        const tensor = features?.[kind];
        if (!tensor) continue;
        const section = await writer.append(encodeFeatures(tensor.data, precision));
        entries.push({ timestep, layer, kind, shape: tensor.shape, section });
      }
    }
  }
  return { layers, kinds, timesteps, precision, entries };
}

/**
 * Opens a saved trajectory: the latents are read now, the features on demand (close them when done).
 * Throws SamplingError `damaged-file` for a file that is cut short, changed, or of another version; ENOENT when absent.
 */
export async function readTrajectory(folder: string): Promise<Trajectory> {
  const file = await SealedFile.open(join(folder, fileName));
  try {
    const { version, key, steps, latents, features, startIndex } = file.header as Header;
    if (version !== 1) {
      throw new SamplingError(
        'damaged-file',
        `The saved inversion ${file.path} is of version ${String(version)}; this program reads version 1.`,
      );
    }
    const tensors: Tensor[] = [];
    for (const saved of latents) {
      tensors.push(decodeFeatures(await file.read(saved), saved.shape, 'float32'));
    }
    if (!features) await file.close();
    return {
      key,
      steps,
      latents: tensors,
      ...(startIndex === undefined ? {} : { startIndex }),
      ...(features ? { features: new SavedFeatures(file, features) } : {}),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
