import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Transform, pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { makeFolder } from '../../storage/disk.ts';
import { answerFailure, type Asked } from './answerFailure.ts';
import type { Connections } from './connections.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { openRemote, type RemoteAnswer } from './openRemote.ts';
import type { PartFile } from './partState.ts';

export interface ReceiveOptions {
  /** Where it is written. */
  readonly path: string;
  readonly asked: Asked;
  readonly token: string | undefined;
  readonly connections: Connections;
  readonly signal: AbortSignal;
  /** Called when the server has said what it will send, before anything is written. May throw. */
  readonly onFacts: (file: PartFile, received: number) => Promise<void>;
  readonly onBytes: (received: number) => void;
}

/**
 * One attempt to receive a file, or the rest of it. Resolves with what is known of the file when it is complete. Throws
 * DownloadFailure, and what the network and the disk throw.
 */
export async function receiveFile(file: PartFile, options: ReceiveOptions): Promise<PartFile> {
  await makeFolder(dirname(options.path));
  const out = await open(options.path, 'a+');
  try {
    const have = (await out.stat()).size;
    if (file.bytes !== undefined && have === file.bytes && have > 0) return { ...file, done: true };
    return await receive(out, file, { ...options, have });
  } finally {
    await out.close();
  }
}

async function receive(
  out: FileHandle,
  file: PartFile,
  options: ReceiveOptions & { readonly have: number },
): Promise<PartFile> {
  const { asked, token, connections, signal } = options;
  // Without a name for the content, only a sum at the end tells whether the two pieces belong together.
  const resumable = file.validator !== undefined || file.sha256 !== undefined;
  const have = resumable ? options.have : 0;
  const headers = {
    'accept-encoding': 'identity',
    'user-agent': 'impasto',
    ...(have > 0 && rangeHeaders(file, have)),
  };
  const answer = await openRemote({ url: new URL(file.url), headers, token, connections, signal });
  const facts = factsOf(answer, file);
  if (answer.status === 416 && have > 0) {
    answer.close();
    return atItsEnd(out, { ...file, ...facts }, have);
  }
  const failure = answerFailure(answer, asked);
  if (failure) {
    answer.close();
    throw failure;
  }
  if (isOther(file, facts)) {
    answer.close();
    await out.truncate(0);
    const { bytes: _b, sha256: _s, validator: _v, learned: _l, ...fresh } = file;
    return receive(out, fresh, { ...options, have: 0 });
  }
  try {
    const from = startOf(answer, facts, have);
    const known = checkFacts(file, facts, asked);
    await options.onFacts(known, from);
    if (from < (await out.stat()).size) await out.truncate(from);
    const received = await write(out, { answer, from, known, options });
    return { ...known, bytes: known.bytes ?? received, done: true };
  } finally {
    answer.close();
  }
}

function rangeHeaders({ validator }: PartFile, have: number): Record<string, string> {
  return { range: `bytes=${have}-`, ...(validator !== undefined && { 'if-range': validator }) };
}

interface Facts {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly validator?: string;
  /** Where the piece that is sent begins. */
  readonly from?: number;
}

/** What the answer says of the file: its whole size, its sum where a hub tells it, and what to ask for it again with. */
function factsOf(answer: RemoteAnswer, { validator: before }: PartFile): Facts {
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(answer.header('content-range') ?? '');
  const total = sizeOf(range?.[2]);
  const encoded = encodingOf(answer) !== undefined;
  const length = answer.status === 200 && !encoded ? sizeOf(answer.header('content-length')) : undefined;
  const bytes = total ?? sizeOf(answer.linked('x-linked-size')) ?? length;
  const sum = /^"?([0-9a-f]{64})"?$/i.exec(answer.linked('x-linked-etag') ?? '')?.[1]?.toLowerCase();
  const etag = answer.header('etag');
  // A weak one does not vouch for the bytes.
  const strong = etag === undefined || etag.startsWith('W/') ? answer.header('last-modified') : etag;
  const validator = answer.status === 206 ? before : strong;
  return {
    ...(bytes !== undefined && { bytes }),
    ...(sum !== undefined && { sha256: sum }),
    ...(validator !== undefined && { validator }),
    ...(range?.[1] !== undefined && { from: Number(range[1]) }),
  };
}

const sizeOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

function encodingOf(answer: RemoteAnswer): string | undefined {
  const encoding = answer.header('content-encoding')?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** Where in the file the answer begins: where we asked for, or at its start when the server sends all of it. */
function startOf(answer: RemoteAnswer, { from }: Facts, have: number): number {
  if (answer.status === 200) return 0;
  if (have > 0 && from === have && encodingOf(answer) === undefined) return have;
  throw new DownloadFailure(`${answer.host} sent another piece of the file than was asked for.`, {
    passing: true,
  });
}

/** Whether the hub has another file now than when an earlier attempt asked it. */
function isOther(file: PartFile, { bytes, sha256 }: Facts): boolean {
  if (!file.learned) return false;
  return (sha256 !== undefined && sha256 !== file.sha256) || (bytes !== undefined && bytes !== file.bytes);
}

/** What was known together with what the server says; they must agree. */
function checkFacts(file: PartFile, facts: Facts, { what }: Asked): PartFile {
  if (file.sha256 !== undefined && facts.sha256 !== undefined && file.sha256 !== facts.sha256)
    throw new DownloadFailure(
      `${what} is another file than expected: the hub gives its SHA-256 as ${facts.sha256}, expected ${file.sha256}.`,
    );
  if (file.bytes !== undefined && facts.bytes !== undefined && file.bytes !== facts.bytes)
    throw new DownloadFailure(
      `${what} has another size than expected: the hub says ${facts.bytes} bytes, expected ${file.bytes}.`,
    );
  const { bytes = file.bytes, sha256 = file.sha256, validator } = facts;
  const { validator: _, ...rest } = file;
  return {
    ...rest,
    ...(file.bytes === undefined && file.sha256 === undefined && { learned: true as const }),
    ...(bytes !== undefined && { bytes }),
    ...(sha256 !== undefined && { sha256 }),
    ...(validator !== undefined && { validator }),
  };
}

interface Writing {
  readonly answer: RemoteAnswer;
  readonly from: number;
  readonly known: PartFile;
  readonly options: ReceiveOptions;
}

async function write(out: FileHandle, { answer, from, known, options }: Writing): Promise<number> {
  let received = from;
  for await (const chunk of decoded(answer)) {
    received += chunk.byteLength;
    if (known.bytes !== undefined && received > known.bytes)
      throw new DownloadFailure(`${answer.host} sends more than the ${known.bytes} bytes that it announced.`);
    await out.appendFile(chunk);
    options.onBytes(received);
  }
  if (known.bytes !== undefined && received < known.bytes)
    throw new DownloadFailure(
      `The connection to ${answer.host} ended at ${received} of ${known.bytes} bytes.`,
      {
        passing: true,
      },
    );
  await out.sync();
  return received;
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/** Nobody asked for a compressed answer, but some servers send one. */
function decoded(answer: RemoteAnswer): AsyncIterable<Buffer> {
  const encoding = encodingOf(answer);
  if (encoding === undefined) return answer.chunks;
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]!() : undefined;
  if (!decoder)
    throw new DownloadFailure(`${answer.host} sends the file packed in an unknown way (${encoding}).`);
  // Its errors come out of the decoder, too.
  return pipeline(answer.chunks, decoder, () => undefined);
}

/** Nothing is left to send: it is complete, or what we have is not of this file. */
async function atItsEnd(out: FileHandle, file: PartFile, have: number): Promise<PartFile> {
  if (file.bytes === have) return { ...file, done: true };
  await out.truncate(0);
  throw new DownloadFailure('What had been received does not belong to this file; it is received anew.', {
    passing: true,
  });
}
