import { setTimeout as pause } from 'node:timers/promises';
import { errors } from 'undici';
import { errorCode } from '../../storage/disk.ts';
import { DownloadFailure } from './downloadFailure.ts';
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
      const failure = failureOf(error, options.asked.what);
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

const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: "the hub's name is not known (is there a network connection?)",
  EAI_AGAIN: "the hub's name cannot be looked up (is there a network connection?)",
  ECONNREFUSED: 'nothing answers at that address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the hub does not answer',
  EHOSTUNREACH: 'there is no way to the hub',
  ENETUNREACH: 'there is no network',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'the hub does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'the hub does not answer',
  UND_ERR_BODY_TIMEOUT: 'the hub stopped sending',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it ended early',
  Z_BUF_ERROR: 'it ended early',
};

/** Errors of the network as sentences; undefined for others, e.g. of the disk. */
function failureOf(error: unknown, what: string): DownloadFailure | undefined {
  if (error instanceof DownloadFailure) return error;
  if (error instanceof errors.HTTPParserError)
    return new DownloadFailure(`${what} could not be received: what answers is no web server.`, {
      cause: error,
    });
  const codes = [errorCode(error), error instanceof Error ? errorCode(error.cause) : undefined];
  if (error instanceof AggregateError) codes.push(...error.errors.map(errorCode));
  const code = codes.find((known) => known !== undefined && (NETWORK[known] ?? isNetwork(known)));
  if (code === undefined) return undefined;
  const reason = NETWORK[code] ?? `the connection failed (${code})`;
  return new DownloadFailure(`${what} could not be received: ${reason}.`, { passing: true, cause: error });
}

const isNetwork = (code: string): boolean =>
  /^(UND_ERR_|HPE_|Z_|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code);
