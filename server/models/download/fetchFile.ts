import type { PartFile } from './partState.ts';
import { type ReceiveOptions, receiveFile } from './receiveFile.ts';
import { tryAgain, type TryOptions } from './tryAgain.ts';

export type FetchOptions = ReceiveOptions & Pick<TryOptions, 'retryDelay' | 'onWaiting'>;

/** Receives a file, taking it up again where the connection was cut. Throws DownloadFailure, or what the disk throws. */
export function fetchFile(file: PartFile, options: FetchOptions): Promise<PartFile> {
  let known = file;
  let received = 0;
  let before = 0;
  const receive = () =>
    receiveFile(known, {
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
  const gotOn = () => {
    const yes = received - before >= worthwhile(known);
    before = received;
    return yes;
  };
  return tryAgain(receive, { ...options, what: options.asked.what, gotOn });
}

/** Bytes that make another attempt a new one: a connection that is cut again and again still gets there. */
const worthwhile = ({ bytes }: PartFile): number => Math.min(1024 * 1024, (bytes ?? Infinity) / 50);
