import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../models/files/errorCode.ts';
import { ifAbsent } from '../../models/files/ifAbsent.ts';

export { errorCode };

export type StorageErrorCode = 'no-space' | 'unwritable';

/** The data folder could not take a write; what was there before is untouched. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StorageError';
    this.code = code;
  }
}

/** Every write of the server goes through here, so that a full disk is met in one place (and can be simulated). */
export interface Disk {
  /** Replaces the file as a whole or leaves it as it was; `durable` (the default) also outlives a power failure. */
  write(path: string, data: string | Uint8Array, options?: { readonly durable: boolean }): Promise<void>;
  /** Adds text to the end of a file, and makes the file when there is none. */
  append(path: string, text: string): Promise<void>;
  /** No error when there is no such file. */
  remove(path: string): Promise<void>;
}

export const disk: Disk = {
  async write(path, data, { durable } = { durable: true }) {
    const bytes =
      typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    await withFolder(path, () => replaceFile(path, bytes, durable));
  },
  async append(path, text) {
    await withFolder(path, () => appendFile(path, text));
  },
  async remove(path) {
    await rm(path, { force: true });
  },
};

/** Writes beside the file, then renames. A link stays one: what it leads to is replaced. */
async function replaceFile(path: string, data: string | Uint8Array, durable: boolean): Promise<void> {
  const target = await realpath(path).catch(ifAbsent(path));
  const aside = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(aside, 'wx');
    try {
      // Goes on after a short write, which is how a disk says first that it is nearly full.
      await file.writeFile(data);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

async function withFolder(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw storageError(error);
    await makeFolder(dirname(path)).catch((reason: unknown) => {
      throw storageError(reason);
    });
    await write().catch((reason: unknown) => {
      throw storageError(reason);
    });
  }
}

/** With the folders that it lies in. Not mkdir's `recursive`: under /proc that tries for ever. */
export async function makeFolder(path: string): Promise<void> {
  if (await hasFolder(path)) return;
  await makeFolder(dirname(path));
  if (!(await hasFolder(path))) throw Object.assign(new Error(`no folder at ${path}`), { code: 'ENOENT' });
}

/** Makes the folder unless it is there; false when the one that it lies in is not. */
async function hasFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
  return true;
}

/** Says in words why a write failed; errors that are not about the disk pass through unchanged. */
export function storageError(error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new StorageError('no-space', 'The disk is full: free some space and try again.', error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new StorageError('unwritable', 'The data folder cannot be written to.', error);
  return error;
}
