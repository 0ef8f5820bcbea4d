import { errors } from 'undici';
import { errorCode } from '../../storage/disk.ts';
import { DownloadFailure } from './downloadFailure.ts';

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

/** Errors of the network as sentences about `what`; undefined for others, e.g. of the disk. */
export function networkFailure(error: unknown, what: string): DownloadFailure | undefined {
  if (error instanceof DownloadFailure) return error;
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError)
    return new DownloadFailure(`${what} could not be received: what answers is no web server.`, {
      cause: error,
    });
  const codes = [errorCode(error), error instanceof Error ? errorCode(error.cause) : undefined];
  if (error instanceof AggregateError) codes.push(...error.errors.map(errorCode));
  const code = codes.find((known) => known !== undefined && (NETWORK[known] ?? isNetwork(known)));
  if (code === undefined) return undefined;
  if (isDistrust(code))
    return new DownloadFailure(
      `${what} could not be received: the certificate of what answers is not to be trusted (${code}); is a proxy in between?`,
      { cause: error },
    );
  const reason = NETWORK[code] ?? `the connection failed (${code})`;
  return new DownloadFailure(`${what} could not be received: ${reason}.`, { passing: true, cause: error });
}

const isNetwork = (code: string): boolean => /^(UND_ERR_|HPE_|Z_|ERR_SSL)/.test(code) || isDistrust(code);

/** What Node says of certificates. */
const isDistrust = (code: string): boolean =>
  /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code);
