import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../../models/files/ifAbsent.ts';
import type { Inspected } from '../inspectFiles.ts';
import type { ModelLibrary } from '../modelLibrary.ts';
import { DownloadFailure } from './downloadFailure.ts';
import type { PartFiles } from './partFiles.ts';

/** Makes a download that is complete a model of the models folder. Throws DownloadFailure when its name was taken meanwhile. */
export async function installModel(
  parts: PartFiles,
  { hash, sums }: Inspected,
  library: ModelLibrary,
): Promise<void> {
  const { name, source, revision, entry } = parts.plan;
  const target = join(library.folders.models, name);
  if (await lstat(target).catch(ifAbsent(undefined)))
    throw new DownloadFailure(
      `A model "${name}" has been put into the models folder meanwhile: remove it, then start again.`,
    );
  await rename(parts.path, target);
  const record = {
    source,
    files: { ...sums },
    ...(revision !== undefined && { revision }),
    ...(entry !== undefined && { entry }),
  };
  await library.settle(name, { hash, record });
  await parts.forget();
}
