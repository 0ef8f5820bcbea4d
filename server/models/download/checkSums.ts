import { rm } from 'node:fs/promises';
import { type Inspected, inspectFiles, type InspectOptions } from '../inspectFiles.ts';
import { DownloadFailure } from './downloadFailure.ts';
import type { PartFiles } from './partFiles.ts';

/** Compares the sum of every file with the one that is known of it. Throws DownloadFailure for a wrong one, and removes it. */
export async function checkSums(parts: PartFiles, options: InspectOptions): Promise<Inspected> {
  const { files, layout } = parts.plan;
  const order = {
    files: files.map((file) => ({ path: file.path, absolute: parts.pathOf(file) })),
    single: layout === 'file',
  };
  const hashed = await inspectFiles(order, options);
  for (const file of files) {
    const sum = hashed.sums[file.path]!;
    const expected = file.sha256;
    if (expected === undefined || sum === expected) continue;
    await rm(parts.pathOf(file), { force: true });
    throw new DownloadFailure(
      `${file.path} arrived damaged, or is not what was published: its SHA-256 is ${sum}, expected ${expected}. It was removed; start again to receive it anew.`,
    );
  }
  return hashed;
}
