import { encodingOf } from './decodeAnswer.ts';
import { DownloadFailure } from './downloadFailure.ts';
import type { RemoteAnswer } from './openRemote.ts';
import type { PartFile } from './partState.ts';

/** What an answer says of the file that it is, or is a piece of. */
export interface AnswerFacts {
  /** Of the whole file. */
  readonly bytes?: number;
  /** Where a hub tells it. */
  readonly sha256?: string;
  /** What the server calls this content, for asking whether it still is the same. */
  readonly validator?: string;
  /** Where the piece that is sent begins. */
  readonly from?: number;
}

export function answerFacts(answer: RemoteAnswer): AnswerFacts {
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(answer.header('content-range') ?? '');
  const plain = answer.status === 200 && encodingOf(answer) === undefined;
  const length = plain ? sizeOf(answer.header('content-length')) : undefined;
  const bytes = sizeOf(range?.[2]) ?? sizeOf(answer.linked('x-linked-size')) ?? length;
  const sum = /^"?([0-9a-f]{64})"?$/i.exec(answer.linked('x-linked-etag') ?? '')?.[1]?.toLowerCase();
  const etag = answer.header('etag');
  // A weak one does not vouch for the bytes.
  const validator = etag === undefined || etag.startsWith('W/') ? answer.header('last-modified') : etag;
  return {
    ...(bytes !== undefined && { bytes }),
    ...(sum !== undefined && { sha256: sum }),
    ...(validator !== undefined && { validator }),
    ...(range?.[1] !== undefined && { from: Number(range[1]) }),
  };
}

const sizeOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** Whether the server has another file now than when an earlier attempt asked it: what was received is of no use then. */
export function isOtherFile(file: PartFile, facts: AnswerFacts): boolean {
  // The rest of a file although it is called otherwise now: a server that does not heed If-Range.
  if (facts.from !== undefined && isOtherName(file.validator, facts.validator)) return true;
  return (file.learned ?? false) && (differs(file.sha256, facts.sha256) || differs(file.bytes, facts.bytes));
}

/** A date and an ETag say nothing of each other. */
function isOtherName(known: string | undefined, said: string | undefined): boolean {
  const isDate = (name: string | undefined) => /^[A-Z][a-z]{2}, /.test(name ?? '');
  return differs(known, said) && isDate(known) === isDate(said);
}

const differs = <Value>(known: Value | undefined, said: Value | undefined): boolean =>
  said !== undefined && known !== undefined && said !== known;

/** What was known of the file together with what the server says of it. Throws DownloadFailure when they disagree. */
export function joinFacts(file: PartFile, facts: AnswerFacts, what: string): PartFile {
  if (differs(file.sha256, facts.sha256))
    throw new DownloadFailure(
      `${what} is another file than expected: the hub gives its SHA-256 as ${facts.sha256}, expected ${file.sha256}.`,
    );
  if (differs(file.bytes, facts.bytes))
    throw new DownloadFailure(
      `${what} has another size than expected: the hub says ${facts.bytes} bytes, expected ${file.bytes}.`,
    );
  const { from, validator: called, ...said } = facts;
  const { validator: before, ...known } = file;
  const validator = from === undefined ? called : (before ?? called);
  const isNew = file.bytes === undefined && file.sha256 === undefined;
  return {
    ...known,
    ...said,
    ...(isNew && { learned: true as const }),
    ...(validator !== undefined && { validator }),
  };
}
