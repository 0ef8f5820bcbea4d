import { setTimeout as pause } from 'node:timers/promises';
import { networkFailure } from './networkFailure.ts';
import type { PartFile } from './partState.ts';
import { type ReceiveOptions, receiveFile } from './receiveFile.ts';

export interface FetchOptions extends Omit<ReceiveOptions, 'onFacts'> {
  readonly onFacts: (file: PartFile, received: number) => Promise<void>;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly retryDelay: number;
  /** Why nothing arrives just now. */
  readonly onWaiting: (message: string) => void;
}

/** Attempts that got nowhere, after which it is given up. */
const ATTEMPTS = 6;
const LONGEST_DELAY = 30_000;

/** Receives a file, taking it up again where the connection was cut. Throws DownloadFailure, or what the disk throws. */
export async function fetchFile(file: PartFile, options: FetchOptions): Promise<PartFile> {
  const { signal, retryDelay } = options;
  let known = file;
  let received = 0;
  let before = 0;
  for (let failed = 0; ;) {
    try {
      return await receiveFile(known, {
        ...options,
        onFacts: async (facts, from) => {
          known = facts;
          received = from;
          before = from;
          await options.onFacts(facts, from);
        },
        onBytes: (bytes) => {
          received = bytes;
          options.onBytes(bytes);
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      const failure = networkFailure(error, options.asked.what);
      if (!failure?.passing) throw failure ?? error;
      failed = received - before >= worthwhile(known) ? 1 : failed + 1;
      before = received;
      if (failed >= ATTEMPTS) throw failure;
      options.onWaiting(failure.message);
      const delay = failure.wait ?? Math.min(retryDelay * 2 ** (failed - 1), LONGEST_DELAY);
      await pause(delay, undefined, { signal });
    }
  }
}

/** Bytes that make another attempt a new one: a connection that is cut again and again still gets there. */
const worthwhile = ({ bytes }: PartFile): number => Math.min(1024 * 1024, (bytes ?? Infinity) / 50);
