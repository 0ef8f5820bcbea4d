import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { request } from 'undici';
import { type Connections, PrivateAddressError } from './connections.ts';
import { DownloadFailure } from './downloadFailure.ts';
import { hostOf, isLoopback, isPrivateAddress } from './privateAddress.ts';

export interface RemoteRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent to the first address's origin only. */
  readonly token?: string | undefined;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

/** The last answer of a chain of redirects. */
export interface RemoteAnswer {
  readonly status: number;
  /** All that arrived, also before the connection was cut; then it throws. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of what is not wanted. */
  close(): void;
  header(name: string): string | undefined;
  /** Of the first answer in the chain that has it: a hub says there what it redirects to. */
  linked(name: string): string | undefined;
  readonly host: string;
}

type Headers = Record<string, string | string[] | undefined>;

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A GET that follows redirects by hand: never to plain HTTP, nor from a public server to a private address. */
export async function openRemote(asked: RemoteRequest): Promise<RemoteAnswer> {
  const { connections, signal } = asked;
  const plain = asked.url.protocol === 'http:';
  if (plain && !isLoopback(asked.url))
    throw new DownloadFailure(
      `${asked.url.host} must be asked over https://, found ${asked.url.protocol}//.`,
    );
  const local = await isLocal(asked.url);
  const chain: Headers[] = [];
  let url = asked.url;
  let { token } = asked;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const guarded = hops > 0 && !local;
    if (guarded && isIP(hostOf(url)) !== 0 && isPrivateAddress(hostOf(url)))
      throw refusedPrivate(asked.url, url);
    const headers = { ...asked.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const dispatcher = guarded ? connections.guarded : connections.direct;
    const answer = await request(url, { headers, dispatcher, signal }).catch((error: unknown) => {
      throw error instanceof PrivateAddressError ? refusedPrivate(asked.url, url) : error;
    });
    // Whoever reads it hears of its errors; one that is let go of unread has nobody to tell.
    answer.body.on('error', () => undefined);
    chain.push(answer.headers);
    if (!REDIRECTS.has(answer.statusCode)) {
      return {
        status: answer.statusCode,
        chunks: keep(answer.body),
        close: () => answer.body.destroy(),
        host: url.host,
        header: (name) => single(answer.headers[name]),
        linked: (name) => single(chain.find((headersOf) => headersOf[name] !== undefined)?.[name]),
      };
    }
    // Unread bodies hold their connection.
    await answer.body.dump({ limit: 16_384 }).catch(() => undefined);
    const next = redirected(url, single(answer.headers['location']));
    if (next.protocol !== 'https:' && !(plain && next.protocol === 'http:'))
      throw new DownloadFailure(
        `${url.host} redirects to ${next.protocol}//${next.host}, which is not secure.`,
      );
    if (next.origin !== asked.url.origin) token = undefined;
    url = next;
  }
  throw new DownloadFailure(`${asked.url.host} redirects more than ${MOST_REDIRECTS} times.`);
}

/** What may lie unread when the reader is slower. */
const KEPT = 1024 * 1024;

/** A stream that breaks takes along what was not read of it: this one is emptied as it comes, whoever reads it when. */
function keep(body: Readable): AsyncIterable<Buffer> {
  const kept = new PassThrough({ highWaterMark: KEPT });
  let cut: unknown;
  body.on('error', (error) => {
    cut = error;
    kept.end();
  });
  body.pipe(kept);
  return (async function* () {
    for await (const chunk of kept) yield chunk as Buffer;
    if (cut !== undefined) throw cut;
  })();
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

function redirected(from: URL, location: string | undefined): URL {
  try {
    if (location !== undefined) return new URL(location, from);
  } catch {
    // Said below.
  }
  throw new DownloadFailure(`${from.host} redirects, but not to an address.`);
}

const refusedPrivate = (from: URL, to: URL): DownloadFailure =>
  new DownloadFailure(`${from.host} redirects to ${to.host}, which is a private address: refused.`);

/** Whether the address that a person gave is itself on this machine or network; what it redirects to may be, then. */
async function isLocal(url: URL): Promise<boolean> {
  const host = hostOf(url);
  if (isLoopback(url) || isPrivateAddress(host)) return true;
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.length > 0 && found.every(({ address }) => isPrivateAddress(address));
}
