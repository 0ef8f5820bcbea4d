import { type Transform, pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { DownloadFailure } from './downloadFailure.ts';
import type { RemoteAnswer } from './openRemote.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/** How the content is packed; undefined when it is sent as it is. */
export function encodingOf(answer: RemoteAnswer): string | undefined {
  const encoding = answer.header('content-encoding')?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** The content, unpacked: nobody asked for a packed answer, but some servers send one. Throws DownloadFailure. */
export function decodeAnswer(answer: RemoteAnswer): AsyncIterable<Buffer> {
  const encoding = encodingOf(answer);
  if (encoding === undefined) return answer.chunks;
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]!() : undefined;
  if (!decoder)
    throw new DownloadFailure(`${answer.host} sends the file packed in an unknown way (${encoding}).`);
  // Its errors come out of the decoder, too.
  return pipeline(answer.chunks, decoder, () => undefined);
}
