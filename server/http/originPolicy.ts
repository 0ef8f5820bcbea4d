import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { ApiError } from './apiError.ts';

export interface OriginPolicyOptions {
  /** The name or address that the server listens on. */
  readonly host: string;
  /** Further origins, e.g. `http://localhost:5173` for a development server or the address of a reverse proxy. */
  readonly allow?: readonly string[];
}

/**
 * Says why a request must be refused, or nothing. Impasto has no accounts, so that any page open in the same browser
 * could use it; what keeps them out is that browsers tell where a request comes from:
 * - the Host header must be a name that we go by, or DNS rebinding would make a foreign page same-origin;
 * - an Origin must be our own (`null` never is);
 * - without an Origin (plain GETs, programs), Sec-Fetch-Site must not say that another site is behind it.
 */
export function originPolicy(
  options: OriginPolicyOptions,
): (headers: IncomingHttpHeaders) => string | undefined {
  const allowed = new Set(options.allow ?? []);
  const names = new Set(['localhost', options.host.toLowerCase()]);
  for (const origin of allowed) names.add(new URL(origin).hostname.toLowerCase());

  return (headers) => {
    const host = hostName(headers.host);
    if (host === undefined || !(names.has(host) || isIP(host) !== 0))
      return 'The name in the address is not one that this server goes by. Start it with --allow-origin to add one.';
    const { origin } = headers;
    if (origin !== undefined) return isOwn(origin, headers.host!, allowed) ? undefined : FOREIGN;
    const site = headers['sec-fetch-site'];
    const navigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    if (site === 'cross-site' || site === 'same-site') return navigation ? undefined : FOREIGN;
    return undefined;
  };
}

const FOREIGN = 'Requests from other web sites are refused.';

/** The same, for Express. */
export function refuseForeign(policy: ReturnType<typeof originPolicy>): RequestHandler {
  return (request, _response, next) => {
    const reason = policy(request.headers);
    next(reason === undefined ? undefined : new ApiError('forbidden-origin', reason));
  };
}

function isOwn(origin: string, host: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has(origin)) return true;
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** The name without port and brackets, in lower case. */
function hostName(host: string | undefined): string | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined;
  const name = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d*$/, '');
  return name.toLowerCase();
}
