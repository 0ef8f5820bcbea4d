import { answerFailure, type Asked } from './answerFailure.ts';
import type { Connections } from './connections.ts';
import { decodeAnswer } from './decodeAnswer.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { openRemote } from './openRemote.ts';

export interface FetchTextOptions {
  readonly asked: Asked;
  readonly token: string | undefined;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

/** Ten thousand files of a repository take 2 MB. */
const LARGEST = 16 * 1024 * 1024;

/** A small JSON text from the network, as it is. Throws DownloadFailure, and what the network throws. */
export async function fetchText(url: URL, options: FetchTextOptions): Promise<string> {
  const { asked, token, connections, signal } = options;
  const headers = { 'accept-encoding': 'identity', accept: 'application/json', 'user-agent': 'impasto' };
  const answer = await openRemote({ url, headers, token, connections, signal });
  try {
    const failure = answerFailure(answer, asked);
    if (failure) throw failure;
    return await textOf(decodeAnswer(answer), asked.what);
  } finally {
    answer.close();
  }
}

async function textOf(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST) throw new DownloadFailure(`What answers for ${what} is too long.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
