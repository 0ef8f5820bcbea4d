import type { FileHandle } from 'node:fs/promises';
import { decodeAnswer } from './decodeAnswer.ts';
import { DownloadFailure } from './downloadFailure.ts';
import type { RemoteAnswer } from './openRemote.ts';

export interface WriteOptions {
  /** What of the file is there already: the answer goes on behind it. */
  readonly from: number;
  /** Of the whole file, where known. */
  readonly bytes: number | undefined;
  /** Throws when so many bytes more would not fit on the disk; 0 when it is not known how many. */
  readonly requireSpace: (bytes: number) => Promise<void>;
  readonly onBytes: (received: number) => void;
}

/** Bytes after which the disk is asked again: others write to it, too, and not every server says how much is to come. */
const ASK_EVERY = 64 * 1024 * 1024;

/**
 * Writes what an answer brings behind what is there, and returns the size of it all. Throws DownloadFailure, and what the
 * network and the disk throw; what was written before stays.
 */
export async function writeAnswer(
  out: FileHandle,
  answer: RemoteAnswer,
  options: WriteOptions,
): Promise<number> {
  const { from, bytes, requireSpace, onBytes } = options;
  let received = from;
  let asked = from;
  for await (const chunk of decodeAnswer(answer)) {
    const after = received + chunk.byteLength;
    if (bytes !== undefined && after > bytes)
      throw new DownloadFailure(`${answer.host} sends more than the ${bytes} bytes that it announced.`);
    if (after - asked >= ASK_EVERY) {
      await requireSpace(bytes === undefined ? 0 : bytes - received);
      asked = after;
    }
    await out.appendFile(chunk);
    received = after;
    onBytes(received);
  }
  if (bytes !== undefined && received < bytes)
    throw new DownloadFailure(`The connection to ${answer.host} ended at ${received} of ${bytes} bytes.`, {
      passing: true,
    });
  await out.sync();
  return received;
}
