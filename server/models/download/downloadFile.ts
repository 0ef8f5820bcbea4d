import { rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { disk } from '../../storage/disk.ts';
import { PART } from '../modelName.ts';
import type { Connections } from './connections.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { fetchFile } from './fetchFile.ts';
import { requireSpace } from './freeSpace.ts';
import { takeLock } from '../../storage/takeLock.ts';
import { partFileSchema, readState } from './partState.ts';

export interface DownloadFileOptions {
  readonly url: string;
  /** Appears when it is complete. */
  readonly to: string;
  /** What it is called in messages. */
  readonly what: string;
  readonly connections: Connections;
  /** Milliseconds before a cut connection is taken up again, the first time. */
  readonly retryDelay: number;
  /** What lies there of how many bytes, where that is known. */
  readonly onProgress: (bytes: number, total?: number) => void;
  readonly onWaiting: (message: string) => void;
}

/**
 * Downloads one file, going on where an earlier try was cut off: `.part` and what is known of it lie beside it until then.
 * Throws DownloadFailure, and what the disk throws.
 */
export async function downloadFile(options: DownloadFileOptions): Promise<void> {
  const part = options.to + PART;
  const release = await takeLock(`${part}.lock`);
  if (!release) throw new DownloadFailure(`Another program is downloading ${options.what}; let it finish.`);
  try {
    await receive(part, options);
    await rename(part, options.to);
    await rm(`${part}.json`, { force: true });
  } finally {
    await release();
  }
}

async function receive(part: string, options: DownloadFileOptions): Promise<void> {
  const { url, what, connections, retryDelay, onProgress, onWaiting } = options;
  const state = `${part}.json`;
  const before = await readState(state, partFileSchema);
  const space = (bytes: number) => requireSpace(dirname(part), bytes);
  let total: number | undefined;
  await fetchFile(before?.url === url ? before : { path: basename(part), url }, {
    path: part,
    asked: { what, page: undefined, hasToken: false },
    token: undefined,
    connections,
    signal: new AbortController().signal,
    retryDelay,
    onWaiting,
    requireSpace: space,
    onBytes: (bytes) => onProgress(bytes, total),
    onFacts: async (file, received) => {
      total = file.bytes;
      await disk.write(state, JSON.stringify(file));
      await space(total === undefined ? 0 : total - received);
    },
  });
}
