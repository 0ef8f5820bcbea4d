import { open, type FileHandle } from 'node:fs/promises';
import { whyNot } from '../files/whyNot.ts';
import { WeightsError } from './weightsError.ts';

/** A file, and what it is called in messages. */
export interface NamedFile {
  readonly path: string;
  readonly file: string;
}

/** Opens a file for as long as `use` takes. Throws WeightsError `unreadable` for whatever the system refuses. */
export async function withFile<T>(
  { path, file }: NamedFile,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await use(handle);
  } catch (error) {
    if (error instanceof WeightsError) throw error;
    throw new WeightsError('unreadable', file, `cannot be read: ${whyNot(error)}`);
  } finally {
    await handle?.close();
  }
}

export interface FileRange {
  readonly offset: number;
  readonly length: number;
  /** For messages. */
  readonly file: string;
}

/** Exactly the bytes of a range. Throws WeightsError `unreadable` when the file ends before. */
export async function readRange(
  handle: FileHandle,
  { offset, length, file }: FileRange,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0)
      throw new WeightsError('unreadable', file, `the file ends before byte ${offset + length}`);
    done += bytesRead;
  }
  return bytes;
}
