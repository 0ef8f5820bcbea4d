import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { SamplingError } from './samplingError.ts';

/** What a spill file needs of a file; tests pass one whose disk is full. */
export type SpillHandle = Pick<FileHandle, 'write' | 'read' | 'close'>;
export type OpenSpill = (path: string) => Promise<SpillHandle>;

/**
 * A file that bytes are appended to and read back from at their offset, for as long as it is open. Where the system
 * allows it (not on Windows) the name is removed at once, so that nothing stays behind even when the process is killed.
 */
export class SpillFile {
  readonly #path: string;
  readonly #open: OpenSpill;
  #handle: Promise<SpillHandle> | undefined;
  #bytes = 0;
  #closed = false;

  constructor(folder: string, openSpill?: OpenSpill) {
    this.#path = join(folder, `features-${randomUUID()}.spill`);
    this.#open = openSpill ?? (async (path) => createSpill(folder, path));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends; resolves to the offset. Throws SamplingError `no-space` on a full disk. */
  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#bytes;
    this.#bytes += bytes.byteLength;
    const handle = await this.#opened();
    try {
      await writeFully(handle, bytes, offset);
    } catch (error) {
      throw asNoSpace(error, `Attention features (${megabytes(this.#bytes)} so far)`, this.#path);
    }
    return offset;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    await readFully(await this.#opened(), into, offset);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#handle;
    this.#handle = undefined;
    this.#bytes = 0;
    if (!opened) return;
    const handle = await opened.catch(() => undefined);
    await handle?.close();
    await rm(this.#path, { force: true });
  }

  #opened(): Promise<SpillHandle> {
    if (this.#closed)
      throw new SamplingError('damaged-file', 'These attention features were closed already.');
    this.#handle ??= this.#open(this.#path);
    return this.#handle;
  }
}

async function createSpill(folder: string, path: string): Promise<SpillHandle> {
  await mkdir(folder, { recursive: true });
  const handle = await open(path, 'wx+');
  if (process.platform !== 'win32') await rm(path, { force: true });
  return handle;
}

export async function writeFully(
  handle: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  offset: number,
): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, offset + done);
    done += bytesWritten;
  }
}

export async function readFully(
  handle: Pick<FileHandle, 'read'>,
  into: Uint8Array,
  offset: number,
): Promise<void> {
  for (let done = 0; done < into.byteLength;) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, offset + done);
    if (bytesRead === 0) {
      throw new SamplingError(
        'damaged-file',
        `A file of attention features ends at byte ${offset + done}; ${into.byteLength - done} more were expected.`,
      );
    }
    done += bytesRead;
  }
}

/** Turns ENOSPC and quota errors into a sentence; returns other errors as they are. */
export function asNoSpace(error: unknown, what: string, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new SamplingError('no-space', `${what} do not fit on the disk: no space left for ${path}.`, {
    cause: error,
  });
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 30 ? 1 : 0)} MiB`;
}
