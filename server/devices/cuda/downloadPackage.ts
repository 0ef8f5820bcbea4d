import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Complaint } from '../../cli/complaint.ts';

export interface DownloadOptions {
  readonly url: string;
  /** Appears when it is complete; until then `.part` lies beside it, and is taken up again. */
  readonly to: string;
  readonly say: (line: string) => void;
}

/** Downloads a file, going on where an earlier try was cut off. Throws Complaint. */
export async function downloadPackage({ url, to, say }: DownloadOptions): Promise<void> {
  const part = `${to}.part`;
  const have = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    const answer = await fetch(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
    if (answer.status === 416) await rm(part);
    if (!answer.ok || !answer.body) throw new Error(`it answers with status ${answer.status}`);
    const from = answer.status === 206 ? have : 0;
    const total = from + Number(answer.headers.get('content-length') ?? NaN);
    say(`Downloading ${url} (${Number.isNaN(total) ? 'unknown size' : `${(total / 1e6).toFixed(0)} MB`})`);
    const body = Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream);
    await pipeline(body, createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }));
    const { size } = await stat(part);
    if (!Number.isNaN(total) && size !== total) throw new Error(`${size} of ${total} bytes came`);
    await rename(part, to);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new Complaint(
      `${url} could not be downloaded (${reason}): run this again, it goes on where it stopped.`,
      error,
    );
  }
}
