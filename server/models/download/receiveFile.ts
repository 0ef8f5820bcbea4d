import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../storage/disk.ts';
import { answerFacts, type AnswerFacts, isOtherFile, joinFacts } from './answerFacts.ts';
import { answerFailure, type Asked } from './answerFailure.ts';
import type { Connections } from './connections.ts';
import { encodingOf } from './decodeAnswer.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { openRemote, type RemoteAnswer } from './openRemote.ts';
import type { PartFile } from './partState.ts';
import { writeAnswer, type WriteOptions } from './writeAnswer.ts';

export interface ReceiveOptions extends Pick<WriteOptions, 'requireSpace' | 'onBytes'> {
  /** Where it is written. */
  readonly path: string;
  readonly asked: Asked;
  readonly token: string | undefined;
  readonly connections: Connections;
  readonly signal: AbortSignal;
  /** Called when the server has said what it will send, before anything is written. May throw. */
  readonly onFacts: (file: PartFile, received: number) => Promise<void>;
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
    if (file.bytes !== undefined && have === file.bytes && have > 0) return file;
    // Without a name for the content, only a sum at the end tells whether two pieces belong together.
    const resumable = file.validator !== undefined || file.sha256 !== undefined;
    return await receive(out, file, { ...options, have: resumable ? have : 0 });
  } finally {
    await out.close();
  }
}

async function receive(
  out: FileHandle,
  file: PartFile,
  options: ReceiveOptions & { readonly have: number },
): Promise<PartFile> {
  const answer = await ask(file, options);
  try {
    const { have, asked, requireSpace, onFacts, onBytes } = options;
    const facts = answerFacts(answer);
    const isOver = answer.status === 416 && have > 0;
    const failure = isOver ? undefined : answerFailure(answer, asked);
    if (failure) throw failure;
    if (isOtherFile(file, facts) || (have > 0 && isPackedPiece(answer))) {
      answer.close();
      return await receiveAnew(out, file, options);
    }
    const known = joinFacts(file, facts, asked.what);
    if (isOver) return await atItsEnd(out, known, have);
    const from = startOf(answer, facts, have);
    await onFacts(known, from);
    if (from < (await out.stat()).size) await out.truncate(from);
    const received = await writeAnswer(out, answer, { from, bytes: known.bytes, requireSpace, onBytes });
    return { ...known, bytes: received };
  } finally {
    answer.close();
  }
}

function ask(
  { url, validator }: PartFile,
  { token, connections, signal, have }: ReceiveOptions & { readonly have: number },
): Promise<RemoteAnswer> {
  const headers = {
    'accept-encoding': 'identity',
    'user-agent': 'impasto',
    ...(have > 0 && { range: `bytes=${have}-` }),
    ...(have > 0 && validator !== undefined && { 'if-range': validator }),
  };
  return openRemote({ url: new URL(url), headers, token, connections, signal });
}

/** What the server said before is of the file that it had then. */
async function receiveAnew(out: FileHandle, file: PartFile, options: ReceiveOptions): Promise<PartFile> {
  await out.truncate(0);
  const { validator: _, learned, bytes, sha256, ...fresh } = file;
  const published = learned
    ? {}
    : { ...(bytes !== undefined && { bytes }), ...(sha256 !== undefined && { sha256 }) };
  return receive(out, { ...fresh, ...published }, { ...options, have: 0 });
}

/** Where a piece of something packed belongs cannot be told. */
const isPackedPiece = (answer: RemoteAnswer): boolean =>
  answer.status === 206 && encodingOf(answer) !== undefined;

/** Where in the file the answer begins: where we asked for, or at its start when the server sends all of it. */
function startOf(answer: RemoteAnswer, { from }: AnswerFacts, have: number): number {
  if (answer.status === 200) return 0;
  if (have > 0 && from === have) return have;
  throw new DownloadFailure(`${answer.host} sent another piece of the file than was asked for.`, {
    passing: true,
  });
}

/** Nothing is left to send: it is complete, or what we have is not of this file. */
async function atItsEnd(out: FileHandle, file: PartFile, have: number): Promise<PartFile> {
  if (file.bytes === have) return file;
  await out.truncate(0);
  throw new DownloadFailure('What had been received does not belong to this file; it is received anew.', {
    passing: true,
  });
}
