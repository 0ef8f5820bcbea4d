import { type Stats, statSync } from 'node:fs';
import { whyNot } from '../files/whyNot.ts';
import { WeightsError } from './weightsError.ts';
import type { FileStamp, WeightSource } from './weightSource.ts';

/** Undefined when there is no such file. Throws WeightsError `unreadable` when the system refuses to say. */
export function stampOf(path: string, file: string): FileStamp | undefined {
  const found = lookAt(path, file);
  return found && { path, file, bytes: found.size, modified: found.mtimeMs, inode: found.ino };
}

function lookAt(path: string, file: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new WeightsError('unreadable', file, `cannot be read: ${whyNot(error)}`);
  }
}

/** The source, with every tensor knowing the file that it lies in as it was. */
export function withStamp(source: WeightSource, stamp: FileStamp): WeightSource {
  const tensors = [...source.tensors].map(
    ([name, info]) => [name, info.place ? { ...info, place: { ...info.place, stamp } } : info] as const,
  );
  return { ...source, tensors: new Map(tensors) };
}

/** The files that a source's tensors lie in. */
export function stampsOf(source: WeightSource): FileStamp[] {
  const stamps = new Set<FileStamp>();
  for (const { place } of source.tensors.values()) if (place?.stamp) stamps.add(place.stamp);
  return [...stamps];
}

/** The first file that is gone, replaced, or written into since. */
export function changedFile(stamps: readonly FileStamp[]): FileStamp | undefined {
  return stamps.find((stamp) => {
    const now = stampOf(stamp.path, stamp.file);
    return now?.inode !== stamp.inode || wasWritten(stamp, now);
  });
}

/** Before and after a session is opened: what its header said must hold of what is read. Throws WeightsError. */
export function checkSame(stamps: readonly FileStamp[]): void {
  const changed = changedFile(stamps);
  if (!changed) return;
  const gone = !stampOf(changed.path, changed.file);
  const what = gone ? 'has been removed' : 'has been replaced or written to';
  throw new WeightsError('changed', changed.file, `the file ${what} while it was in use: run this once more`);
}

/**
 * After an evaluation: a file that was removed or replaced is still the old one for a session that has it open, but one
 * that was written into has changed under it. Throws WeightsError.
 */
export function checkUnwritten(stamps: readonly FileStamp[]): void {
  for (const stamp of stamps) {
    const now = stampOf(stamp.path, stamp.file);
    if (now?.inode !== stamp.inode || !wasWritten(stamp, now)) continue;
    const message =
      'the file was written to while it was in use, so results would be wrong: run this once more';
    throw new WeightsError('changed', stamp.file, message);
  }
}

function wasWritten(stamp: FileStamp, now: FileStamp): boolean {
  return now.bytes !== stamp.bytes || now.modified !== stamp.modified;
}
